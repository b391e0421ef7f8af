import { createHash } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import type { ConnectionFaults } from "../core/connection-faults.ts";
import { Connection } from "./connections/connection.ts";
import { type Door, openDoor } from "./connections/door.ts";

/**
 * Where clients reach a database: an address and a port that stay, whatever is behind them. What is behind can change, go and come
 * back; who is connected to what is not behind it any more is cut off.
 */
export class Endpoint {
  readonly address: string;
  readonly #faults: ConnectionFaults | undefined;
  readonly #door: Door;
  #port: number;
  #server: Server | undefined;
  #sockets: readonly string[] = [];
  #accepted = 0;
  readonly #connections = new Set<Connection>();
  /** Do rules let anybody in? */
  #gate: ReturnType<ConnectionFaults["gate"]> | undefined;
  #unwatch: (() => void) | undefined;

  /**
   * @param faults what rules do to those who connect
   * @param door what stands between them and the server
   */
  constructor(address: string, port: number, faults?: ConnectionFaults, door: Door = openDoor) {
    this.address = address;
    this.#port = port;
    this.#faults = faults;
    this.#door = door;
  }

  get port(): number {
    return this.#port;
  }

  /** Where it leads to, or has led to. */
  get socket(): string {
    return this.#sockets[0] ?? "";
  }

  /** Leads to a server from now on, or to several in turn. Another port is taken when its own is somebody else's. */
  async open(...sockets: readonly string[]): Promise<void> {
    if (sockets.join() !== this.#sockets.join() || !this.#gate) this.#gate = this.#faults?.gate(sockets);
    this.#sockets = sockets;
    this.#cut((socket) => !sockets.includes(socket));
    this.#unwatch ??= this.#faults?.watch(() => this.#look());
    await this.#letIn();
  }

  /** Leads no longer to one of its servers; to nobody when that was the last. */
  leave(socket: string): void {
    const left = this.#sockets.filter((one) => one !== socket);
    if (left.length === this.#sockets.length) return;
    if (left.length === 0) {
      this.close();
      return;
    }
    this.#sockets = left;
    this.#gate = this.#faults?.gate(left);
    this.#cut((one) => one === socket);
  }

  /** Nobody is let in, and who is in is cut off. */
  close(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#gate = undefined;
    this.#shut();
    this.#cut(() => true);
  }

  /** Rules have come or gone. */
  #look(): void {
    for (const connection of [...this.#connections]) connection.look();
    this.#letIn().catch((error: Error) =>
      this.#faults?.log.error(`Nobody is let in at ${this.address}:${this.#port}`, error),
    );
  }

  /** Listens, unless rules say that nobody is let in. */
  async #letIn(): Promise<void> {
    if (this.#gate?.isClosed()) {
      this.#shut();
      return;
    }
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true }, (front) => this.#accept(front));
    // Whoever asks for it meanwhile finds it on its way.
    this.#server = server;
    server.unref();
    try {
      await listening(server, this.address, this.#port).catch(() => listening(server, this.address, 0));
    } catch (error) {
      if (this.#server === server) this.#server = undefined;
      throw error;
    }
    const address = server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
    // It may have been closed meanwhile.
    if (this.#server !== server) server.close();
  }

  #shut(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #cut(isMeant: (socket: string) => boolean): void {
    for (const connection of [...this.#connections]) {
      if (!isMeant(connection.socket)) continue;
      this.#connections.delete(connection);
      connection.reset();
    }
  }

  #accept(front: Socket): void {
    const socket = this.#sockets[this.#accepted++ % this.#sockets.length] ?? "";
    const connection = new Connection(front, socket, this.#faults, this.#door);
    this.#connections.add(connection);
    connection.open(() => this.#connections.delete(connection));
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

/**
 * The address of an endpoint, the same in every run: so that each database has its port to itself, and a cluster's writer and
 * reader have the same one. On Linux all of 127.0.0.0/8 is this machine's; elsewhere readers are found by IPv6.
 */
export function addressOf(name: string, isReader = false): string {
  if (process.platform !== "linux") return isReader ? "::1" : "127.0.0.1";
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(`${name}/${isReader}`).digest();
  return `127.${200 + (a % 50)}.${b}.${1 + (c % 250)}`;
}
