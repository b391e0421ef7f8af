import type { WebSocket } from "ws";

/** One client of a WebSocket API. */
export interface Connection {
  readonly id: string;
  readonly apiId: string;
  readonly stageName: string;
  readonly account: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly connectedAtMs: number;
  lastActiveAtMs: number;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** What the authorizer of `$connect` said. */
  readonly authorizer?: Record<string, unknown>;
  readonly socket: WebSocket;
  /** Forgets the connection at once, runs `$disconnect` and closes the socket. */
  end(closeCode: number, closeReason: string): void;
}

/** The open connections of a cloud. They live as long as their sockets. */
export class Connections {
  readonly #open = new Map<string, Connection>();

  add(connection: Connection): void {
    this.#open.set(connection.id, connection);
  }

  get(id: string): Connection | undefined {
    return this.#open.get(id);
  }

  remove(id: string): void {
    this.#open.delete(id);
  }

  /** Ends all of them without a word to their routes. */
  closeAll(): void {
    for (const { socket } of this.#open.values()) socket.terminate();
    this.#open.clear();
  }
}

const clouds = new WeakMap<object, Connections>();

/** The connections of the cloud that a bus belongs to: the data plane and the management API share them. */
export function connectionsOf(bus: object): Connections {
  let connections = clouds.get(bus);
  if (!connections) {
    connections = new Connections();
    clouds.set(bus, connections);
  }
  return connections;
}
