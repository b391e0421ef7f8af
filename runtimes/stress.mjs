// Load that a command of Systems Manager puts on an instance, as one of the instance's own processes, until it is ended:
//   node stress.mjs memory <bytes>            takes memory and touches it
//   node stress.mjs io <folder> <bytes>       writes a file of that size again and again, through to the disk
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

const CHUNK_BYTES = 4 * 1024 * 1024;
const [kind, ...args] = process.argv.slice(2);

if (kind === "memory") {
  const held = [];
  for (let left = Number(args[0]); left > 0; left -= CHUNK_BYTES)
    held.push(Buffer.alloc(Math.min(left, CHUNK_BYTES), 1));
  setInterval(() => {
    for (const chunk of held) chunk[0] = (chunk[0] + 1) % 256;
  }, 1000);
} else if (kind === "io") {
  const [folder, bytes] = args;
  const chunk = Buffer.alloc(CHUNK_BYTES, 1);
  const file = openSync(join(folder, `stress-${process.pid}`), "w");
  process.on("exit", () => closeSync(file));
  for (;;) {
    for (let at = 0; at < Number(bytes); at += CHUNK_BYTES) {
      writeSync(file, chunk, 0, Math.min(CHUNK_BYTES, Number(bytes) - at), at);
      await setImmediate();
    }
    fsyncSync(file);
  }
}
