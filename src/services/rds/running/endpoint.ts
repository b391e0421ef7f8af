import { createHash } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * Where clients reach a database: an address and a port that stay, whatever is behind them. What is behind can change, go and come
 * back; who is connected then is cut off.
 */
export class DatabaseEndpoint {
  readonly address: string;
  #port: number;
  #server: Server | undefined;
  #socket = "";
  readonly #fronts = new Set<Socket>();

  constructor(address: string, port: number) {
    this.address = address;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  /** Where it leads to, or has led to. */
  get socket(): string {
    return this.#socket;
  }

  /** Leads to a server from now on. Another port is taken when its own is somebody else's. */
  async open(socket: string): Promise<void> {
    if (this.#socket !== socket) this.cut();
    this.#socket = socket;
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true }, (front) => this.#accept(front));
    server.unref();
    await listening(server, this.address, this.#port).catch(() => listening(server, this.address, 0));
    const address = server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
    this.#server = server;
  }

  /** Nobody is let in, and who is in is cut off. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
    this.cut();
  }

  cut(): void {
    for (const front of this.#fronts) front.resetAndDestroy();
    this.#fronts.clear();
  }

  #accept(front: Socket): void {
    const back = connect({ path: this.#socket, allowHalfOpen: true });
    this.#fronts.add(front);
    for (const socket of [front, back]) socket.on("error", () => socket.destroy());
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
