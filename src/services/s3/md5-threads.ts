import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { sure } from "../../core/sure.ts";
import { threads } from "../../core/threads.ts";
import type { Block } from "./blocks.ts";
import type { Md5Answer, Md5Work } from "./md5-worker.ts";

const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./md5-worker.ts" : "./md5-worker.js",
  import.meta.url,
);
const IDLE_MS = 10_000;

/** An MD5 in the making: of all that is known of a body the one that takes longest. */
export interface Md5 {
  /** Resolves when the block has been read, and may be filled again. */
  update(block: Block): Promise<void>;
  /** Hexadecimal. */
  digest(): Promise<string>;
  /** The body has broken off. Blocks that are being read are let go of as they would be else. */
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

  async update(block: Block): Promise<void> {
    this.#hash.update(block);
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
    const worker = new (threads().Worker)(THREAD);
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
  /** By the order in which blocks were sent and are read. */
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  readonly #digest = Promise.withResolvers<string>();
  #isAbandoned = false;
  #error: unknown;

  constructor(send: Send, end: () => void) {
    this.#send = send;
    this.#end = end;
    // Whoever asks for it is told.
    this.#digest.promise.catch(() => {});
  }

  update(block: Block): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    this.#send({ kind: "block", block: block.buffer, size: block.length });
    return waiting.promise;
  }

  digest(): Promise<string> {
    if (this.#error === undefined) this.#send({ kind: "end" });
    return this.#digest.promise;
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#send({ kind: "forget" });
    this.#endWhenRead();
  }

  hear(answer: Md5Answer): void {
    if ("digest" in answer) {
      this.#digest.resolve(answer.digest);
      this.#end();
      return;
    }
    // Each answers one that was sent.
    sure(this.#waiting.shift()).resolve();
    this.#endWhenRead();
  }

  fail(error: unknown): void {
    this.#error = error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    this.#digest.reject(error);
  }

  #endWhenRead(): void {
    if (this.#isAbandoned && this.#waiting.length === 0) this.#end();
  }
}
