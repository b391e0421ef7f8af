import { openSync, readSync, watch } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { CliError } from "../cli-error.ts";

/** How long after a change, at the latest, it is seen where the system does not tell. */
const LOOK_MS = 250;

/** A log file that grows, read from where it was read last. */
export class LogTail {
  readonly #fd: number;
  readonly #file: string;
  readonly #decoder = new StringDecoder("utf8");

  /** @throws CliError when it cannot be opened */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#fd = openSync(file, "r");
    } catch (error) {
      throw new CliError(`The log ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
  }

  /** What has come since. */
  read(): string {
    const chunk = Buffer.alloc(64 * 1024);
    let text = "";
    for (let size = this.#next(chunk); size > 0; size = this.#next(chunk))
      text += this.#decoder.write(chunk.subarray(0, size));
    return text;
  }

  #next(chunk: Buffer): number {
    return readSync(this.#fd, chunk, 0, chunk.length, null);
  }

  /** Resolves when there may be more. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      const look = setTimeout(done, LOOK_MS);
      const watcher = watch(this.#file, done);
      watcher.on("error", done);
      function done() {
        clearTimeout(look);
        watcher.close();
        resolve();
      }
    });
  }
}

/** The last so many lines of a text. */
export function lastLines(text: string, count: number): string {
  if (!Number.isFinite(count)) return text;
  let at = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let left = count; left > 0 && at >= 0; left--) at = text.lastIndexOf("\n", at - 1);
  return count === 0 ? "" : text.slice(at + 1);
}
