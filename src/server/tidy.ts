import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How many bytes may pass between two collections. */
const TIDY_EVERY_BYTES = 16 * 1024 * 1024;

let collect: ((options: { type: "minor" }) => void) | undefined;
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
  collect ??= youngCollector();
  collect({ type: "minor" });
}

function youngCollector(): (options: { type: "minor" }) => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as (options: { type: "minor" }) => void;
}
