import { realMs } from "../core/real-time.ts";

/** A write costs as much as a quarter of what makes an answer: under load there is one every so often. */
const MOST_OFTEN_MS = 5;

let waiting = "";
let writtenAtMs: number | undefined;

/** Writes what a server says, in its order. Lines of one turn of the event loop leave in one write, and those of several when turns are short. */
export function writeLine(line: string): void {
  if (writtenAtMs === undefined) open();
  if (waiting === "") setImmediate(flushSoon);
  waiting += `${line}\n`;
}

function open(): void {
  writtenAtMs = Number.NEGATIVE_INFINITY;
  process.on("exit", () => {
    if (waiting) flush();
  });
  // Whoever read it may have left (squall start | head): the server goes on without a reader.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

function flushSoon(): void {
  const left = Number(writtenAtMs) + MOST_OFTEN_MS - realMs();
  if (left > 0) setTimeout(flush, left);
  else flush();
}

function flush(): void {
  writtenAtMs = realMs();
  process.stdout.write(waiting);
  waiting = "";
}
