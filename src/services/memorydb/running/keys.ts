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
  static async watch(server: ValkeyServer, heard: (key: string, event: string) => void): Promise<void> {
    const client = await server.connection();
    client.told = (message) => {
      if (!Array.isArray(message)) return;
      const [, , channel, event] = message;
      heard(String(channel).slice(CHANNEL.length), String(event));
    };
    await client.ask("PSUBSCRIBE", `${CHANNEL}*`);
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
