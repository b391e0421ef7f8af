import type { RespClient } from "../../../processes/valkey/resp.ts";
import type { ValkeyServer } from "../../../processes/valkey/valkey-server.ts";

/** What a key holds: its value as `DUMP` has it, and for how long. */
export interface KeyState {
  readonly payload: string;
  /** 0: for ever. */
  readonly ttlMs: number;
}

const CHANNEL = "__keyspace@0__:";
const AT_ONCE = "1000";
/** What no command calls its event. */
const MARK = "squall:so-far";

/** Somebody who hears of what a server does. */
export interface Watch {
  readonly isOver: boolean;
  /** Resolves when everything has been heard of that the server has done so far. */
  caughtUp(): Promise<void>;
}

/** The keys of one server, byte for byte. */
export class Keys {
  readonly #client: RespClient;

  private constructor(client: RespClient) {
    this.#client = client;
  }

  static async of(server: ValkeyServer): Promise<Keys> {
    return new Keys(await server.connection());
  }

  /** Has its connection ended? */
  get isOver(): boolean {
    return this.#client.isOver;
  }

  /** Calls for every key that is written, with what has happened to it: `set`, `del`, `expire` … It ends with the server. */
  static async watch(server: ValkeyServer, heard: (key: string, event: string) => void): Promise<Watch> {
    const client = await server.connection();
    const marks = new Map<string, () => void>();
    client.told = (message) => {
      if (!Array.isArray(message)) return;
      const [, , channel, event] = message;
      const key = String(channel).slice(CHANNEL.length);
      if (event === MARK) marks.get(key)?.();
      else heard(key, String(event));
    };
    client.over = () => {
      for (const reached of marks.values()) reached();
    };
    await client.ask("PSUBSCRIBE", `${CHANNEL}*`);
    return {
      get isOver() {
        return client.isOver;
      },
      async caughtUp() {
        if (client.isOver) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        const mark = String(marks.size);
        marks.set(mark, resolve);
        // It comes by the same way, behind all that is said already.
        await server.ask("PUBLISH", CHANNEL + mark, MARK);
        await promise;
      },
    };
  }

  /** @returns undefined for a key that is not there */
  async read(key: string): Promise<KeyState | undefined> {
    const ttlMs = Number(await this.#client.ask("PTTL", key));
    const payload = await this.#client.ask("DUMP", key);
    return payload === null ? undefined : { payload: String(payload), ttlMs: Math.max(0, ttlMs) };
  }

  /** @param state undefined removes it. @returns was there anything to do? */
  async write(key: string, state: KeyState | undefined): Promise<boolean> {
    if (!state) return (await this.#client.ask("DEL", key)) !== 0;
    await this.#client.ask("RESTORE", key, String(state.ttlMs), state.payload, "REPLACE");
    return true;
  }

  /** All keys that are there all the while. */
  async *all(): AsyncIterable<string> {
    let cursor = "0";
    do {
      const [next, keys] = (await this.#client.ask("SCAN", cursor, "COUNT", AT_ONCE)) as [string, string[]];
      yield* keys;
      cursor = next;
    } while (cursor !== "0");
  }
}
