import { createHash } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * Where clients reach a database: an address and a port that stay, whatever is behind them. What is behind can change, go and come
 * back; who is connected to what is not behind it any more is cut off.
 */
export class Endpoint {
  readonly address: string;
  #port: number;
  #server: Server | undefined;
  #sockets: readonly string[] = [];
  #connections = 0;
  /** Who is connected, and to which socket. */
  readonly #fronts = new Map<Socket, string>();

  constructor(address: string, port: number) {
    this.address = address;
    this.#port = port;
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
    this.#sockets = sockets;
    this.#cut((socket) => !sockets.includes(socket));
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true }, (front) => this.#accept(front));
    // Whoever asks for it meanwhile finds it on its way.
    this.#server = server;
    server.unref();
    await listening(server, this.address, this.#port).catch(() => listening(server, this.address, 0));
    const address = server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
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
    this.#cut((one) => one === socket);
  }

  /** Nobody is let in, and who is in is cut off. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
    this.#cut(() => true);
  }

  #cut(isMeant: (socket: string) => boolean): void {
    for (const [front, socket] of this.#fronts) {
      if (!isMeant(socket)) continue;
      this.#fronts.delete(front);
      front.resetAndDestroy();
    }
  }

  #accept(front: Socket): void {
    const socket = this.#sockets[this.#connections++ % this.#sockets.length] ?? "";
    const back = connect({ path: socket, allowHalfOpen: true });
    this.#fronts.set(front, socket);
    for (const one of [front, back]) one.on("error", () => one.destroy());
    front.once("close", () => {
      this.#fronts.delete(front);
      back.destroy();
    });
    back.once("close", () => front.destroy());
    front.pipe(back).pipe(front);
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
