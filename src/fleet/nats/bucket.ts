import type { JetStreamManager } from "@nats-io/jetstream";
import type { KV, KvEntry } from "@nats-io/kv";
import { sure } from "../../core/sure.ts";
import { behindLast } from "../../core/text.ts";
import { packed, unpacked } from "../packed.ts";

const AT_ONCE = 50;

/** A value as it was at a revision. */
export interface Kept<T> {
  readonly value: T;
  readonly revision: number;
  /** By the server's clock, in epoch milliseconds. */
  readonly atMs: number;
}

/** JSON in a bucket, packed. Any text is a key. */
export class Bucket<T> {
  readonly #kv: KV;
  readonly #name: string;
  readonly #manager: JetStreamManager;
  readonly #largestBytes: number;

  constructor(kv: KV, name: string, manager: JetStreamManager, largestBytes: number) {
    this.#kv = kv;
    this.#name = name;
    this.#manager = manager;
    this.#largestBytes = largestBytes;
  }

  async get(key: string): Promise<Kept<T> | undefined> {
    const entry = await this.#kv.get(named(key));
    return entry !== null && isThere(entry) ? await kept<T>(entry) : undefined;
  }

  async put(key: string, value: T): Promise<void> {
    await this.#kv.put(named(key), await this.#pack(value));
  }

  /** Puts a value in the place of a revision; of nothing, for 0. @returns false when that is no longer there */
  async replace(key: string, value: T, revision: number): Promise<boolean> {
    const data = await this.#pack(value);
    try {
      if (revision === 0) await this.#kv.create(named(key), data);
      else await this.#kv.update(named(key), data, revision);
      return true;
    } catch (error) {
      if (isOvertaken(error)) return false;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await this.#kv.purge(named(key));
  }

  /** Everything, by key. */
  async all(): Promise<Map<string, Kept<T>>> {
    const found = new Map<string, Kept<T>>();
    const keys = await this.#keys();
    // Each is a request that ends by itself: a history that is read while the server goes away would never.
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      const some = keys.slice(from, from + AT_ONCE);
      const values = await Promise.all(some.map((key) => this.get(key)));
      for (const [at, value] of values.entries()) if (value) found.set(sure(some[at]), value);
    }
    return found;
  }

  async #keys(): Promise<string[]> {
    const { state } = await this.#manager.streams.info(`KV_${this.#name}`, { subjects_filter: ">" });
    return Object.keys(state.subjects ?? {}).map((subject) =>
      Buffer.from(behindLast(".", subject), "base64url").toString("utf8"),
    );
  }

  /** Hears of each new value of a key, and of the one that is there. @returns what ends it */
  async watch(key: string, hear: (kept: Kept<T>) => void): Promise<() => void> {
    const entries = await this.#kv.watch({ key: named(key) });
    void (async () => {
      for await (const entry of entries) {
        // Who polls beside it hears what is wrong with an entry that is none; the watch goes on to the next.
        const value = isThere(entry) ? await kept<T>(entry).catch(() => undefined) : undefined;
        if (value) hear(value);
      }
    })().catch(() => {
      // The connection is closed for good; while it is only lost, the client waits and goes on.
    });
    return () => entries.stop();
  }

  async #pack(value: T): Promise<Uint8Array> {
    const data = await packed(value);
    if (data.length > this.#largestBytes)
      throw new Error(
        `This NATS server takes ${this.#largestBytes} bytes in a message (max_payload), and what is to be kept has ${data.length}.`,
      );
    return data;
  }
}

const named = (key: string): string => Buffer.from(key).toString("base64url");

const isThere = ({ operation }: KvEntry): boolean => operation === "PUT";

async function kept<T>(entry: KvEntry): Promise<Kept<T>> {
  const value = await unpacked<T>(entry.value);
  return { value, revision: entry.revision, atMs: entry.created.getTime() };
}

/** JetStream's codes for "wrong last sequence". */
const OVERTAKEN = new Set([10071, 10164]);

function isOvertaken(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (OVERTAKEN.has((at as { code?: unknown }).code as number)) return true;
  return false;
}
