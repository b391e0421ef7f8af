import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Clock, Timer } from "../../../core/clock.ts";
import { DELIVERY_HEADER } from "../../../core/delivery.ts";
import { Agent, request } from "../../../core/node-http.ts";

/** How long a target may take to take a connection: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-504-issues */
export const CONNECT_MS = 10_000;

/** Where a request goes, and with what. */
export interface Sending {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly method: string;
  /** The path with its query. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly idleMs: number;
  readonly upgrade?: string | undefined;
  readonly signal: AbortSignal;
}

/** A connection that goes on in another protocol, and what has come of it behind the answer's head. */
export interface Tunnel {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Why there is no answer. */
export class NoAnswer extends Error {
  readonly status: 502 | 504;

  constructor(status: 502 | 504, why: string) {
    super(why);
    this.status = status;
  }
}

/** The connections to targets, which stay open for the next request. */
export class TargetConnections {
  readonly #clock: Clock;
  readonly #plain = new Agent({ keepAlive: true });
  readonly #tunnels = new WeakMap<IncomingMessage, Tunnel>();
  readonly #secure = new SecureAgent({ keepAlive: true, rejectUnauthorized: false });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  /** What an answer of 101 has opened. */
  tunnelOf(response: IncomingMessage): Tunnel | undefined {
    return this.#tunnels.get(response);
  }

  /**
   * Sends a request and gives the head of the answer, with its body on its way.
   * @throws NoAnswer
   */
  async send(sending: Sending): Promise<IncomingMessage> {
    for (;;) {
      try {
        return await this.#once(sending);
      } catch (error) {
        // A connection that was kept and has been closed by the target meanwhile says nothing of the target.
        if (!(error instanceof Stale) || !(sending.body instanceof Uint8Array)) throw error;
      }
    }
  }

  #once(sending: Sending): Promise<IncomingMessage> {
    const { protocol, address, port, method, target, idleMs, upgrade, signal } = sending;
    const isSecure = protocol === "HTTPS";
    const upgrading = upgrade === undefined ? [] : ["Connection", "Upgrade", "Upgrade", upgrade];
    const kept = isSecure ? this.#secure : this.#plain;
    return new Promise((resolve, reject) => {
      const outgoing = (isSecure ? secureRequest : request)({
        agent: upgrade === undefined ? kept : false,
        host: address,
        port,
        method,
        path: target,
        headers: [...sending.headers.flat(), ...upgrading, DELIVERY_HEADER, "elbv2"],
        signal,
      });
      let timer: Timer = this.#clock.setTimer(CONNECT_MS, () => late("connect"));
      const late = (what: string) =>
        outgoing.destroy(new NoAnswer(504, `The target did not ${what} in time.`));
      const wait = () => {
        timer.cancel();
        timer = this.#clock.setTimer(idleMs, () => late("answer"));
      };
      /** What is sent shows that the connection is not idle: from when there is one. */
      let sent = () => {};
      const ask = () => {
        sent = wait;
        wait();
      };
      outgoing.once("socket", (socket) => (socket.connecting ? socket.once("connect", ask) : ask()));
      outgoing.once("response", (response) => {
        timer.cancel();
        sent = this.#watch(response, idleMs);
        resolve(response);
      });
      outgoing.once("upgrade", (response, socket, head) => {
        timer.cancel();
        sent = () => {};
        this.#tunnels.set(response, { socket, head });
        resolve(response);
      });
      outgoing.once("error", (error) => {
        timer.cancel();
        reject(reasonOf(error, outgoing));
      });
      outgoing.once("close", () => timer.cancel());
      void pour(sending.body, outgoing, () => sent());
    });
  }

  /**
   * An answer that has begun is broken off when its connection is idle for too long.
   * @returns to be called when something is sent the other way meanwhile
   */
  #watch(response: IncomingMessage, idleMs: number): () => void {
    let timer = this.#clock.setTimer(idleMs, () => response.destroy());
    const moved = () => {
      if (response.destroyed) return;
      timer.cancel();
      timer = this.#clock.setTimer(idleMs, () => response.destroy());
    };
    response.on("data", moved);
    response.pause();
    response.once("close", () => timer.cancel());
    return moved;
  }
}

class Stale extends NoAnswer {
  constructor() {
    super(502, "The target had closed the connection.");
  }
}

function reasonOf(error: Error, outgoing: ClientRequest): Error {
  if (error instanceof NoAnswer) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (outgoing.reusedSocket && (code === "ECONNRESET" || code === "EPIPE")) return new Stale();
  return new NoAnswer(502, error.message);
}

/** Writes a body as it comes and as fast as the target reads it. */
async function pour(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  outgoing: ClientRequest,
  sent: () => void,
): Promise<void> {
  if (body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  try {
    for await (const chunk of body) {
      if (outgoing.destroyed) return;
      sent();
      if (!outgoing.write(chunk)) await drained(outgoing);
    }
    outgoing.end();
  } catch (error) {
    outgoing.destroy(error as Error);
  }
}

/** Resolves when a request takes more of its body, or has ended. */
function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      outgoing.off("drain", goOn);
      outgoing.off("close", goOn);
      resolve();
    };
    outgoing.on("drain", goOn);
    outgoing.on("close", goOn);
  });
}
