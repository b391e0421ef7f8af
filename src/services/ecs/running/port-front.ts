import { readFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../../core/clock.ts";
import { type Passage, Way } from "../../../processes/connections/way.ts";

/** What is done to what goes over a port, each way. Connections have numbers, so that each has its own fate. */
export interface PortFaults {
  /** How late the next piece of a connection is, in milliseconds; Infinity: it does not get through while these faults are there. */
  delayMs(connection: number): number;
  /** The same of a connection's being made. */
  handshakeMs(connection: number): number;
}

export const NO_FAULTS: PortFaults = { delayMs: () => 0, handshakeMs: () => 0 };

/**
 * The port of a container as the world sees it: what comes in is handed on to the port on which its process listens. Two tasks of
 * one definition can so be on one machine, and what a network would do to them can be done here.
 */
export class PortFront {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  /** The port on which the container's process listens. */
  readonly backPort: number;
  /** What is done to each direction of each connection while anything is. */
  readonly #ways = new Map<Way, Passage>();
  #faults = NO_FAULTS;
  #connections = 0;
  #isClosed = false;
  /** Resolves with the next change of the faults. */
  #change = Promise.withResolvers<void>();

  private constructor(server: Server, clock: Clock, backPort: number) {
    this.#server = server;
    this.#clock = clock;
    this.backPort = backPort;
    server.on("connection", (socket) => void this.#accept(socket));
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

  get faults(): PortFaults {
    return this.#faults;
  }

  /** What is under way meets the new ones as well: a piece that did not get through does as soon as they are gone. */
  set faults(faults: PortFaults) {
    if (faults === this.#faults) return;
    this.#faults = faults;
    for (const [way, passage] of this.#ways) way.bends = this.#bends(passage);
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  close(): void {
    this.#isClosed = true;
    this.#change.resolve();
    given.delete(this.backPort);
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** That the connection is taken cannot be kept from whoever makes it: the machine does that. All else can. */
  async #accept(front: Socket): Promise<void> {
    this.#hold(front);
    const number = this.#connections++;
    const made = this.#crossing((faults) => faults.handshakeMs(number));
    if (made) await made;
    if (front.destroyed) return;
    const back = connect({ port: this.backPort, host: "127.0.0.1", allowHalfOpen: true });
    this.#hold(back);
    const crossing = () => this.#crossing((faults) => faults.delayMs(number));
    const [up, down] = [this.#way(crossing), this.#way(crossing)];
    front.on("close", () => {
      for (const way of [up, down]) {
        this.#ways.delete(way);
        way.destroy();
      }
      back.destroy();
    });
    // One that ends well has its last words still on their way; and that it is broken has to get through, too.
    back.on("close", (isBroken) => isBroken && void Promise.resolve(crossing()).then(() => front.destroy()));
    front.pipe(up).pipe(back);
    back.pipe(down).pipe(front);
  }

  #way(passing: () => Promise<void> | undefined): Way {
    const way = new Way();
    const passage = { pieceBytes: Infinity, room: Infinity, sent: () => {}, passing };
    this.#ways.set(way, passage);
    way.bends = this.#bends(passage);
    return way;
  }

  #bends(passage: Passage): readonly Passage[] {
    return this.#faults === NO_FAULTS ? [] : [passage];
  }

  /** Resolves when something has got through; undefined when it does so at once. */
  #crossing(delayOf: (faults: PortFaults) => number): Promise<void> | undefined {
    const delayMs = delayOf(this.#faults);
    return delayMs === 0 || this.#isClosed ? undefined : this.#wait(delayMs, delayOf);
  }

  async #wait(delayMs: number, delayOf: (faults: PortFaults) => number): Promise<void> {
    const change = this.#change.promise.then(() => true);
    if (delayMs === Infinity) await change;
    else {
      const { promise: late, resolve } = Promise.withResolvers<false>();
      const timer = this.#clock.setTimer(delayMs, () => resolve(false));
      if (!(await Promise.race([late, change]))) return;
      timer.cancel();
    }
    await this.#crossing(delayOf);
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }
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
  const isOthers = given.has(wanted);
  // Whoever asks meanwhile gets another.
  given.add(wanted);
  const isTaken = isOthers || (await isListenedOn(wanted));
  const server = createServer();
  await listening(server, isTaken ? 0 : wanted).catch(() => listening(server, 0));
  const port = portOf(server);
  if (port !== wanted && !isOthers) given.delete(wanted);
  given.add(port);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Does anybody listen on a port, at whatever address? Load balancers and instances have loopback addresses of their own, and who
 * listens at all addresses, as most servers in containers do, collides with each of them. Linux alone tells, and only there they have.
 */
async function isListenedOn(port: number): Promise<boolean> {
  const [sockets, sockets6] = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8").catch(() => "")),
  );
  const listening = new RegExp(
    `: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F:]+ 0A `,
    "m",
  );
  return listening.test(`${sockets}${sockets6}`);
}
