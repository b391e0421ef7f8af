import * as blocks from "../src/core/pages/blocks.ts";

type Block = ReturnType<typeof blocks.blockOf>;

export const { bytesOfChunk, LARGEST_PAGE, SMALLEST_PAGE } = blocks;

/** So many bytes on each side of a block are nobody's. */
const MARGIN_BYTES = 256;
const NOBODYS = 0xab;
/** What stands in a block that was let go. So many bytes of those nobody gets for a while. */
const LEFT = 0xdb;
const QUARANTINED_BYTES = 2 ** 21;
/** All is looked through each time so many have been taken, and a quarter of those that there are. */
const ROUND = 50;

interface Guarded {
  readonly whole: Block;
  /** The stack of who took it, and of who let it go. */
  readonly taken: string | undefined;
  left?: string | undefined;
}

/** Those that somebody has, and those that nobody has any more but that are not given back yet, the oldest first. */
const held = new Map<Block, Guarded>();
const quarantine = new Map<Block, Guarded>();
let quarantinedBytes = 0;
let takenSince = 0;

/** As `blocks.ts` says it; looked after. */
export function blockOf(bytes: number): Block {
  if (++takenSince > ROUND + held.size / 4) lookThrough();
  const whole = blocks.blockOf(bytes + 2 * MARGIN_BYTES);
  whole.bytes.fill(NOBODYS, whole.begin, whole.end);
  const block = { ...whole, begin: whole.begin + MARGIN_BYTES, end: whole.end - MARGIN_BYTES };
  held.set(block, { whole, taken: new Error("Taken").stack });
  return block;
}

/** As `blocks.ts` says it; looked after. */
export function letGo(block: Block): void {
  const guarded = held.get(block);
  if (!guarded) fail("A block is let go that nobody has.", quarantine.get(block));
  lookAt(block, guarded);
  guarded.left = new Error("Let go").stack;
  held.delete(block);
  block.bytes.fill(LEFT, block.begin, block.end);
  quarantine.set(block, guarded);
  quarantinedBytes += sizeOf(block);
  for (const [oldest, left] of quarantine) {
    if (quarantinedBytes <= QUARANTINED_BYTES) return;
    lookAtLeft(oldest, left);
    quarantine.delete(oldest);
    quarantinedBytes -= sizeOf(oldest);
    blocks.letGo(left.whole);
  }
}

/** As `blocks.ts` says it: what somebody has. */
export function bytesOfPages(): number {
  let bytes = 0;
  for (const block of held.keys()) bytes += sizeOf(block);
  return bytes;
}

function sizeOf({ begin, end }: Block): number {
  return end - begin;
}

function lookThrough(): void {
  takenSince = 0;
  for (const [block, guarded] of held) lookAt(block, guarded);
  for (const [block, guarded] of quarantine) lookAtLeft(block, guarded);
}

function lookAtLeft(block: Block, guarded: Guarded): void {
  lookAt(block, guarded);
  if (!isAll(LEFT, block, block.begin, block.end)) fail("A block was written to that nobody has.", guarded);
}

function lookAt(block: Block, guarded: Guarded): void {
  const { begin, end } = guarded.whole;
  if (!isAll(NOBODYS, block, begin, block.begin) || !isAll(NOBODYS, block, block.end, end))
    fail("What is beside a block was written to.", guarded);
}

function isAll(value: number, { bytes }: Block, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== value) return false;
  return true;
}

/** Ends the process: whoever did it may catch what is thrown. */
function fail(what: string, guarded: Guarded | undefined): never {
  console.error([what, guarded?.taken, guarded?.left, new Error("Seen").stack].join("\n"));
  process.exit(1);
}

setInterval(lookThrough, 1000).unref();
process.once("exit", (code) => void (code === 0 && lookThrough()));
