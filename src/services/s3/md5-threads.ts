import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { sure } from "../../core/sure.ts";
import type { Md5Answer, Md5Work } from "./md5-worker.ts";

const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./md5-worker.ts" : "./md5-worker.js",
  import.meta.url,
);
const BLOCK_BYTES = 256 * 1024;
/** How far a thread may be behind its body, in blocks. */
const MOST_BLOCKS = 8;
const IDLE_MS = 10_000;

/** An MD5 in the making: of all that is known of a body the one that takes longest. */
export interface Md5 {
  /** Takes the bytes before it returns; to be waited for when it is behind. */
  update(chunk: Uint8Array): Promise<void> | undefined;
  /** Hexadecimal. */
  digest(): Promise<string>;
  /** The body has broken off. */
  abandon(): void;
}

/**
 * Threads that take MD5s beside the one that reads and writes bodies. They start with the first large body and end when
 * there has been none for a while; a machine of one processor has none.
 */
export class Md5Threads {
  readonly #threads: readonly Thread[];

  constructor(most = Math.min(availableParallelism() - 1, 4)) {
    this.#threads = Array.from({ length: most }, () => new Thread());
  }

  start(): Md5 {
    const [first, ...others] = this.#threads;
    if (!first) return new Md5Here();
    const idlest = others.reduce((best, one) => (one.load < best.load ? one : best), first);
    return idlest.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

class Md5Here implements Md5 {
  readonly #hash = createHash("md5");

  update(chunk: Uint8Array): undefined {
    this.#hash.update(chunk);
  }
  async digest(): Promise<string> {
    return this.#hash.digest("hex");
  }
  abandon(): void {}
}

/** One thread, and the bodies whose MD5 it takes. */
class Thread {
  #worker: Worker | undefined;
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;
  readonly #bodies = new Map<number, Md5There>();

  get load(): number {
    return this.#bodies.size;
  }

  start(): Md5 {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#begin();
    const id = ++this.#lastId;
    const body = new Md5There(
      (work) => worker.postMessage({ ...work, id } as Md5Work),
      () => this.#end(id),
    );
    this.#bodies.set(id, body);
    return body;
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#fail(new Error("S3 has been stopped."));
    await worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(THREAD);
    worker.unref();
    worker.on("message", (answer: Md5Answer) => this.#bodies.get(answer.id)?.hear(answer));
    worker.once("error", (error) => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(error);
    });
    this.#worker = worker;
    return worker;
  }

  #end(id: number): void {
    this.#bodies.delete(id);
    if (this.#bodies.size > 0) return;
    this.#idle = setTimeout(() => {
      void this.#worker?.terminate();
      this.#worker = undefined;
    }, IDLE_MS).unref();
  }

  #fail(error: unknown): void {
    const bodies = [...this.#bodies.values()];
    this.#bodies.clear();
    for (const body of bodies) body.fail(error);
  }
}

type Send = (
  work: { kind: "block"; block: SharedArrayBuffer; size: number } | { kind: "end" | "forget" },
) => void;

class Md5There implements Md5 {
  readonly #send: Send;
  readonly #end: () => void;
  readonly #free: SharedArrayBuffer[] = [];
  #blocks = 0;
  #filling: Uint8Array<SharedArrayBuffer> | undefined;
  #filled = 0;
  #error: unknown;
  #wake: (() => void) | undefined;
  #digest: string | undefined;

  constructor(send: Send, end: () => void) {
    this.#send = send;
    this.#end = end;
  }

  update(chunk: Uint8Array): Promise<void> | undefined {
    for (let at = 0; at < chunk.length; ) {
      this.#filling ??= new Uint8Array(this.#free.pop() ?? this.#newBlock());
      const piece = chunk.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#filling.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === BLOCK_BYTES) this.#hand();
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return this.#blocks > MOST_BLOCKS && this.#free.length === 0
      ? this.#until(() => this.#free.length > 0)
      : undefined;
  }

  async digest(): Promise<string> {
    if (this.#filled > 0) this.#hand();
    this.#send({ kind: "end" });
    await this.#until(() => this.#digest !== undefined);
    this.#end();
    // What is waited for is there.
    return sure(this.#digest);
  }

  abandon(): void {
    this.#send({ kind: "forget" });
    this.#end();
  }

  hear(answer: Md5Answer): void {
    if ("taken" in answer) this.#free.push(answer.taken);
    else this.#digest = answer.digest;
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#error = error;
    this.#wake?.();
  }

  #hand(): void {
    if (!this.#filling) return;
    this.#send({ kind: "block", block: this.#filling.buffer, size: this.#filled });
    this.#filling = undefined;
    this.#filled = 0;
  }

  #newBlock(): SharedArrayBuffer {
    this.#blocks++;
    return new SharedArrayBuffer(BLOCK_BYTES);
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
