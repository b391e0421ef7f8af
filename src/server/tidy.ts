import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { type: "minor" } | { type: "major"; flavor: "last-resort" }) => void;

/** How many bytes may pass between two collections. */
const TIDY_EVERY_BYTES = 16 * 1024 * 1024;

/** Less than what an allocator asks the system for by itself, and all of them more than what it keeps free at its end. */
const BLOCK_BYTES = 96 * 1024;
const BLOCKS = 64;

let collect: Collect | undefined;
let passed = 0;

/**
 * Says that a piece of a streamed body has passed. Node reads each into a buffer of 64 KiB, which the engine hardly counts as
 * memory and so collects late: a body of some gigabytes would leave a hundred megabytes behind. A collection of what is young
 * takes about a millisecond.
 */
export function passedBy(bytes: number): void {
  passed += bytes;
  if (passed < TIDY_EVERY_BYTES) return;
  passed = 0;
  collect ??= collector();
  collect({ type: "minor" });
}

/**
 * Gives the machine back what nobody needs: what is young has grown with all that was made, and the engine makes it smaller under
 * pressure only. Of a heap of 16 MB it takes 20 to 40 ms, in which nothing else is done.
 */
export function giveBack(): void {
  collector()({ type: "major", flavor: "last-resort" });
  trim();
}

/**
 * The C library gives back what is free at the end of its heap only as that grows beyond a bound, which a large file that was read
 * has raised to some megabytes. So it is made to grow, by what nobody writes to, and freed at once.
 */
function trim(): void {
  const blocks = Array.from({ length: BLOCKS }, () => Buffer.allocUnsafeSlow(BLOCK_BYTES).buffer);
  for (const block of blocks) block.transfer(0);
}

/** The flag does not stay: code that was compiled under one set of flags is not taken from Node's compile cache under another. */
function collector(): Collect {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as Collect;
  setFlagsFromString("--no-expose-gc");
  return collect;
}
