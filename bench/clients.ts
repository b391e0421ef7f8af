import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { ClientLoad, ClientResult } from "./client.ts";
import type { Generator, Load } from "./load.ts";

const CLIENT = fileURLToPath(new URL("./client.ts", import.meta.url));

/** Processes of our own: at least two, for one takes longer to send a request than some servers take to answer it. */
export const clients: Generator = {
  name: "client processes",
  sends: () => true,

  async run(load) {
    const count = Math.min(load.connections, Math.max(2, availableParallelism() - 1));
    const results = await Promise.all(Array.from({ length: count }, (_, at) => client(load, at, count)));
    const times = Float64Array.from(results.flatMap((result) => [...result.times])).sort();
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return {
      perSecond: results.reduce((sum, result) => sum + result.times.length / result.seconds, 0),
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      requests: times.length,
      failed: results.reduce((sum, { failed }) => sum + failed, 0),
    };
  },
};

async function client(load: Load, at: number, count: number): Promise<ClientResult> {
  using process = new Client();
  const connections = Math.floor(load.connections / count) + (at < load.connections % count ? 1 : 0);
  return await process.send({ ...load, connections, firstNumber: (load.firstNumber ?? 0) + at, step: count });
}

/** A process that sends what it is told. */
export class Client implements Disposable {
  readonly #child = fork(CLIENT, { serialization: "advanced" });

  async send(load: ClientLoad): Promise<ClientResult> {
    this.#child.send(load);
    const listening = new AbortController();
    const { signal } = listening;
    const ended = once(this.#child, "exit", { signal }).then(() => {
      throw new Error("A client process ended before it had answered.");
    });
    try {
      const [result] = (await Promise.race([once(this.#child, "message", { signal }), ended])) as [
        ClientResult,
      ];
      return result;
    } finally {
      ended.catch(() => {});
      listening.abort();
    }
  }

  [Symbol.dispose](): void {
    this.#child.disconnect();
  }
}
