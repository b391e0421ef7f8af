import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock, Timer } from "../../core/clock.ts";
import type { ConnectionFaults } from "../../core/connection-faults.ts";
import type { Hit } from "../../core/fault.ts";
import { resetSocket } from "../../core/reset-socket.ts";
import { Bend } from "./bend.ts";
import type { Door } from "./door.ts";
import { Way } from "./way.ts";

/** Someone who is connected to an endpoint, and what rules do to them. */
export class Connection {
  /** To whom they are connected. */
  readonly socket: string;
  readonly #front: Socket;
  readonly #faults: ConnectionFaults | undefined;
  readonly #door: Door;
  readonly #acting: ReturnType<ConnectionFaults["connection"]> | undefined;
  /** What acts, and how that ends. */
  readonly #bends = new Map<Hit, () => void>();
  #back: Duplex | undefined;
  #up: Way | undefined;
  #down: Way | undefined;

  constructor(front: Socket, socket: string, faults: ConnectionFaults | undefined, door: Door) {
    this.socket = socket;
    this.#front = front;
    this.#faults = faults;
    this.#door = door;
    this.#acting = faults?.connection(socket);
  }

  /** Leads them to whom they want, unless a rule says that they are not let in. @param ended is called when it is over */
  open(ended: () => void): void {
    const front = this.#front;
    front.on("error", () => front.destroy());
    front.once("close", () => {
      this.#over();
      ended();
    });
    const hits = this.#acting?.look() ?? [];
    if (hits.some(({ effect }) => effect === "refuse")) {
      this.reset();
      return;
    }
    const back = this.#door(this.socket);
    this.#back = back;
    back.on("error", () => back.destroy());
    back.once("close", () => this.#closedBehind());
    front.pipe(back).pipe(front);
    this.#meet(hits);
  }

  /** Rules have come or gone. */
  look(): void {
    if (this.#acting && this.#back) this.#meet(this.#acting.look());
  }

  reset(): void {
    resetSocket(this.#front);
  }

  #meet(hits: readonly Hit[]): void {
    const gone = [...this.#bends.keys()].filter((hit) => !hits.includes(hit));
    for (const hit of gone) this.#end(hit);
    for (const hit of hits) if (!this.#bends.has(hit) && this.#faults) this.#begin(hit, this.#faults.clock);
  }

  #begin(hit: Hit, clock: Clock): void {
    const bends: { readonly way: Way; readonly bend: Bend }[] = [];
    for (const direction of ["up", "down"] as const) {
      const bend = Bend.of(hit, direction, clock);
      if (bend) bends.push({ bend, way: this.#ways()[direction] });
    }
    for (const { way, bend } of bends) way.bends = [...way.bends, bend];
    const ending = this.#ending(hit, clock);
    this.#bends.set(hit, () => {
      ending?.cancel();
      for (const { way, bend } of bends) {
        way.bends = way.bends.filter((other) => other !== bend);
        bend.end();
      }
    });
  }

  #ending({ effect, params }: Hit, clock: Clock) {
    if (effect === "reset") return later(Number(params["after"]), clock, () => this.reset());
    if (effect !== "blackhole" || params["closeAfter"] === undefined) return undefined;
    return later(Number(params["closeAfter"]), clock, () => this.#front.destroy());
  }

  #end(hit: Hit): void {
    this.#bends.get(hit)?.();
    this.#bends.delete(hit);
  }

  /** Puts in between what can be bent: it costs nothing before it has to be. */
  #ways(): { readonly up: Way; readonly down: Way } {
    const [front, back] = [this.#front, this.#back];
    if (this.#up && this.#down) return { up: this.#up, down: this.#down };
    const cut = () => this.#close();
    const [up, down] = [new Way(cut), new Way(cut)];
    this.#up = up;
    this.#down = down;
    if (back) {
      front.unpipe(back);
      back.unpipe(front);
      front.pipe(up).pipe(back);
      back.pipe(down).pipe(front);
    }
    return { up, down };
  }

  /** What has got through so far arrives. */
  #close(): void {
    this.#back?.end();
    this.#front.destroySoon();
  }

  /** That the server is gone comes to the client when all that it has said has. */
  #closedBehind(): void {
    const down = this.#down;
    if (!down) this.#front.destroy();
    else if (down.readableEnded) this.#close();
    else {
      down.once("end", () => this.#close());
      down.end();
    }
  }

  #over(): void {
    for (const hit of [...this.#bends.keys()]) this.#end(hit);
    this.#back?.destroy();
    this.#up?.destroy();
    this.#down?.destroy();
  }
}

/** At once is not when a clock that stands is moved. */
function later(ms: number, clock: Clock, act: () => void): Timer | undefined {
  if (ms > 0) return clock.setTimer(ms, act);
  act();
  return undefined;
}
