import { readFile, stat } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import { threads } from "../../../core/threads.ts";
import { ZipError } from "./archive.ts";
import { inspectZip, unpackZip } from "./unpack.ts";

interface Job {
  readonly id: number;
  readonly limitBytes: number;
}

/** What the thread is asked to do. */
export type UnpackJob = Job &
  (
    | { readonly kind: "inspect"; readonly zip: Uint8Array }
    | { readonly kind: "unpack"; readonly files: readonly string[]; readonly folder: string }
  );

export interface UnpackAnswer {
  readonly id: number;
  readonly zipError?: Pick<ZipError, "reason" | "message">;
  readonly error?: unknown;
}

type Work<T> = T extends UnpackJob ? Omit<T, "id"> : never;

/** What is smaller cannot hold more than a few megabytes: a thread would take longer to start than the work takes. */
const SMALL_BYTES = 16 * 1024;
/** How long the thread stays when there is nothing to do. */
const IDLE_MS = 5000;

const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./unpack-worker.ts" : "./unpack-worker.js",
  import.meta.url,
);

/** Reads and unpacks archives, large ones in a thread of its own so that nobody waits for them. */
export class Unpacker {
  readonly #jobs = new Map<number, { resolve(): void; reject(error: unknown): void }>();
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isStopped = false;

  /** Reads an archive in full. Rejects with a ZipError. */
  async inspect(zip: Uint8Array, limitBytes: number): Promise<void> {
    if (zip.length < SMALL_BYTES) await inspectZip(zip, limitBytes);
    else await this.#run({ kind: "inspect", zip, limitBytes });
  }

  /** Unpacks archive files into one folder, later ones over earlier ones. Rejects with a ZipError. */
  async unpack(files: readonly string[], folder: string, limitBytes: number): Promise<void> {
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    if (sizes.some((size) => size >= SMALL_BYTES))
      return this.#run({ kind: "unpack", files, folder, limitBytes });
    for (const file of files) await unpackZip(await readFile(file), folder, limitBytes);
  }

  /** Ends what is under way, in the middle if need be. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    this.#fail(stopped());
    await thread?.terminate();
  }

  #run(work: Work<UnpackJob>): Promise<void> {
    if (this.#isStopped) return Promise.reject(stopped());
    this.#thread ??= this.#start();
    const thread = this.#thread;
    clearTimeout(this.#idle);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#jobs.set(id, { resolve, reject });
      thread.postMessage({ ...work, id });
    });
  }

  #start(): Worker {
    const thread = new (threads().Worker)(THREAD);
    thread.unref();
    thread.on("message", (answer: UnpackAnswer) => this.#finish(answer));
    thread.once("error", (error) => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#fail(error);
    });
    return thread;
  }

  #finish({ id, zipError, error }: UnpackAnswer): void {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    if (zipError) job?.reject(new ZipError(zipError.reason, zipError.message));
    else if (error) job?.reject(error);
    else job?.resolve();
    if (this.#jobs.size > 0) return;
    this.#idle = setTimeout(() => {
      void this.#thread?.terminate();
      this.#thread = undefined;
    }, IDLE_MS).unref();
  }

  #fail(error: unknown): void {
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const job of jobs) job.reject(error);
  }
}

const stopped = () => new Error("Squall stops, and the archive is left as it is.");
