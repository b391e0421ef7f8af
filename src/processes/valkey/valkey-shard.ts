import { setTimeout as sleep } from "node:timers/promises";
import { Endpoint } from "../endpoint.ts";
import { type ValkeyPlace, ValkeyServer, type ValkeySettings } from "./valkey-server.ts";

/** How long a replica gets to have come to its primary. */
const PATIENCE_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/** One node: its server, and the endpoint by which those that follow it reach it. */
interface Node {
  readonly server: ValkeyServer;
  readonly link: Endpoint;
  readonly endpoint: Endpoint;
  readonly risen: NodeOptions["risen"];
}

/** What a node is made with. */
export interface NodeOptions {
  readonly place: ValkeyPlace;
  /** Where clients reach it. */
  readonly endpoint: Endpoint;
  say(line: string): void;
  /** It has ended by itself. */
  crashed(): void;
  /** It has been started, and nobody has been let in yet. */
  risen?(server: ValkeyServer): Promise<void>;
}

/** How the nodes of a shard are to be. */
export interface ShardPlan {
  /** The nodes that are to run. */
  readonly on: readonly string[];
  readonly primary: string;
  settings(): ValkeySettings;
}

/**
 * A primary and its replicas, each a server of its own behind an endpoint, and what leads to the primary and to who is read from.
 * How they are to be is said as a whole; whatever was before, they come to be so.
 */
export class ValkeyShard {
  readonly #nodes = new Map<string, Node>();
  readonly #primary: Endpoint | undefined;
  readonly #reader: Endpoint | undefined;

  /** @param leading endpoints to the primary and to the replicas, where there are such */
  constructor(leading: { readonly primary?: Endpoint; readonly reader?: Endpoint } = {}) {
    this.#primary = leading.primary;
    this.#reader = leading.reader;
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  /** The nodes that it has, running or not. */
  get ids(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  add(id: string, { place, endpoint, say, crashed, risen }: NodeOptions): void {
    const server = new ValkeyServer(place, say);
    server.crashed = crashed;
    this.#nodes.set(id, { server, endpoint, risen, link: new Endpoint("127.0.0.1", 0) });
  }

  /** The server of a node, when it runs. */
  running(id: string): ValkeyServer | undefined {
    const server = this.#nodes.get(id)?.server;
    return server?.isRunning ? server : undefined;
  }

  /** Has the nodes that are to run run, the others not, and all follow the primary. @throws Error of a server that does not come up */
  async bringTo({ on, primary, settings }: ShardPlan): Promise<void> {
    for (const id of [...this.#nodes.keys()].filter((one) => !on.includes(one))) await this.cut(id);
    const main = this.#nodes.get(primary);
    if (main && on.includes(primary)) await this.#rise(main, settings);
    if (main?.server.isRunning) await main.server.ask("REPLICAOF", "NO", "ONE");
    for (const id of on) {
      const node = this.#nodes.get(id);
      if (!node || node === main) continue;
      await this.#rise(node, settings);
      if (main?.server.isRunning) await follow(node, main);
    }
    await this.lead(primary);
  }

  /** Has the endpoints lead to the primary, and to the replicas that have what it has. */
  async lead(primary: string): Promise<void> {
    const running = [...this.#nodes].filter(([, { server }]) => server.isRunning);
    for (const [, { endpoint, server }] of running) await endpoint.open(server.socket);
    const main = running.find(([id]) => id === primary);
    const replicas = running.filter(([id]) => id !== primary);
    const socketsOf = (nodes: typeof running) => nodes.map(([, { server }]) => server.socket);
    if (main) await this.#primary?.open(main[1].server.socket);
    else this.#primary?.close();
    const read = replicas.length > 0 ? replicas : main ? [main] : [];
    if (read.length > 0) await this.#reader?.open(...socketsOf(read));
    else this.#reader?.close();
  }

  /** Takes the power of a node: who is connected is cut off, nobody is let in. */
  async cut(id: string): Promise<void> {
    const node = this.#nodes.get(id);
    if (!node) return;
    for (const endpoint of [node.endpoint, node.link]) endpoint.close();
    for (const leading of [this.#primary, this.#reader]) leading?.leave(node.server.socket);
    await node.server.kill();
  }

  /** Ends a node and all that it holds. */
  async remove(id: string): Promise<void> {
    await this.cut(id);
    this.#nodes.get(id)?.server.empty();
    this.#nodes.delete(id);
  }

  /** A node that is not running holds what a snapshot holds when it is. */
  restore(id: string, file: string): void {
    this.#nodes.get(id)?.server.restore(file);
  }

  /** A node loses what it holds. */
  async empty(id: string): Promise<void> {
    await this.cut(id);
    this.#nodes.get(id)?.server.empty();
  }

  /**
   * The primary fails, and the node of those left that has most of what it has had takes its place: AWS promotes the replica that
   * lags least. @returns who that is, to be led to; undefined where there is none
   */
  async promote(primary: string, left: readonly string[]): Promise<string | undefined> {
    await this.cut(primary);
    const next = await this.#mostRecent(left);
    if (next !== undefined) await this.running(next)?.ask("REPLICAOF", "NO", "ONE");
    return next;
  }

  async #mostRecent(ids: readonly string[]): Promise<string | undefined> {
    const offsets = await Promise.all(
      ids.flatMap((id) => {
        const server = this.running(id);
        return server ? [server.info("replication").then((info) => ({ id, at: offsetOf(info) }))] : [];
      }),
    );
    return offsets.sort((a, b) => b.at - a.at)[0]?.id;
  }

  /** Ends all of it in order. */
  async stop(): Promise<void> {
    for (const leading of [this.#primary, this.#reader]) leading?.close();
    for (const { endpoint, link } of this.#nodes.values()) for (const one of [endpoint, link]) one.close();
    await Promise.all([...this.#nodes.values()].map(({ server }) => server.stop()));
  }

  async #rise({ server, link, risen }: Node, settings: ShardPlan["settings"]): Promise<void> {
    if (server.isRunning) await server.change(settings());
    else {
      await server.start(settings());
      await risen?.(server);
    }
    await link.open(server.socket);
  }
}

async function follow({ server, endpoint }: Node, { link }: Node): Promise<void> {
  // Who asks the primary for its replicas is told where clients find them.
  await server.ask("CONFIG", "SET", "replica-announce-ip", endpoint.address);
  await server.ask("CONFIG", "SET", "replica-announce-port", String(endpoint.port));
  const info = await server.info("replication");
  if (
    info["role"] === "slave" &&
    info["master_port"] === String(link.port) &&
    info["master_link_status"] === "up"
  )
    return;
  await server.ask("REPLICAOF", link.address, String(link.port));
  const endMs = performance.now() + PATIENCE_MS;
  while ((await server.info("replication"))["master_link_status"] !== "up" && performance.now() < endMs)
    await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
}

/** How far it is in what the primary has written. */
const offsetOf = (info: Readonly<Record<string, string>>): number =>
  Number((info["role"] === "slave" ? info["slave_repl_offset"] : info["master_repl_offset"]) ?? 0);
