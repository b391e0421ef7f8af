import type { Worker } from "node:worker_threads";
import { threads } from "../threads.ts";
import type { CompactionOrder } from "./compaction-worker.ts";

const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./compaction-worker.ts" : "./compaction-worker.js",
  import.meta.url,
);

/** Has a snapshot written in a thread of its own. */
export class Compacting {
  readonly #thread: Worker;
  /** Its size in bytes; rejects with what went wrong. */
  readonly written: Promise<number>;

  constructor(order: CompactionOrder) {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.written = promise;
    this.#thread = new (threads().Worker)(THREAD, { workerData: order });
    // Nobody waits for it to end.
    this.#thread.unref();
    this.#thread.once("message", resolve);
    this.#thread.once("error", reject);
    this.#thread.once("exit", () => reject(new Error("the thread that writes it has ended")));
  }

  /** It is not wanted any more. */
  stop(): void {
    void this.#thread.terminate();
  }
}
