import { connect, createServer, type Server, type Socket } from "node:net";
import { Transform } from "node:stream";
import type { Clock } from "../../../core/clock.ts";

/** What is done to the connections of a port. */
export interface PortFaults {
  /** Connections are taken, and nothing comes of them. */
  readonly isBlackhole: boolean;
  /** How late what comes and goes is, in milliseconds, on this connection; 0 for not at all. */
  delayMs(): number;
}

const NONE: PortFaults = { isBlackhole: false, delayMs: () => 0 };

/**
 * The port of a container as the world sees it: what comes in is handed on to the port on which its process listens. Two tasks of
 * one definition can so be on one machine, and what a network would do to them can be done here.
 */
export class PortFront {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  readonly #backPort: number;
  #faults: PortFaults = NONE;

  private constructor(server: Server, clock: Clock, backPort: number) {
    this.#server = server;
    this.#clock = clock;
    this.#backPort = backPort;
    server.on("connection", (socket) => this.#accept(socket));
  }

  /**
   * Listens on a port, or on any that is free when it is 0 or taken.
   * @throws Error when there is none
   */
  static async open(port: number, backPort: number, clock: Clock): Promise<PortFront> {
    const server = createServer({ allowHalfOpen: true });
    await listening(server, port).catch(() => listening(server, 0));
    return new PortFront(server, clock, backPort);
  }

  get port(): number {
    return portOf(this.#server);
  }

  set faults(faults: PortFaults) {
    this.#faults = faults;
    // What runs over a port that becomes a hole stands still; it is not told.
    for (const socket of this.#sockets)
      if (faults.isBlackhole) socket.pause();
      else socket.resume();
  }

  get faults(): PortFaults {
    return this.#faults;
  }

  close(): void {
    given.delete(this.#backPort);
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(front: Socket): void {
    this.#hold(front);
    if (this.#faults.isBlackhole) {
      front.pause();
      return;
    }
    const back = connect({ port: this.#backPort, host: "127.0.0.1", allowHalfOpen: true });
    this.#hold(back);
    front.on("close", () => back.destroy());
    // One that ends well has its last words still on their way.
    back.on("close", (isBroken) => isBroken && front.destroy());
    const delayMs = this.#faults.delayMs();
    if (delayMs > 0) {
      front.pipe(late(delayMs, this.#clock)).pipe(back);
      back.pipe(late(delayMs, this.#clock)).pipe(front);
    } else {
      front.pipe(back);
      back.pipe(front);
    }
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }
}

/** So much may be on its way on a slow connection. */
const MOST_ON_THE_WAY = 1024 * 1024;

/** Hands on what it gets, each piece so much later. */
function late(delayMs: number, clock: Clock): Transform {
  let onTheWay = 0;
  let more: (() => void) | undefined;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      onTheWay += chunk.length;
      clock.setTimer(delayMs, () => {
        onTheWay -= chunk.length;
        this.push(chunk);
        more?.();
        more = undefined;
      });
      if (onTheWay < MOST_ON_THE_WAY) done();
      else more = done;
    },
    flush(done) {
      clock.setTimer(delayMs, done);
    },
  });
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

/** Ports that have been given to containers, whether they listen on them by now or not. */
const given = new Set<number>();

/** A port on which nobody listens: the wanted one if it is free. It is the container's until its front is closed. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  await listening(server, given.has(wanted) ? 0 : wanted).catch(() => listening(server, 0));
  const port = portOf(server);
  given.add(port);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
