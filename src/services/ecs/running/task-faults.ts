import type { Place } from "../../../aws/arn-template.ts";
import {
  FIRST_RETRANSMITTED_AFTER_MS,
  RETRANSMITTED_AFTER_MS,
  retransmittedAfterMs,
} from "../../../aws/network-faults.ts";
import { StandingHits } from "../../../aws/standing-hits.ts";
import type { Hit } from "../../../core/fault.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { withCpuStress, withIoStress } from "../../../processes/stress.ts";
import { TASK } from "../fault-points.ts";
import type { LiveContainer } from "./live-container.ts";
import { NO_FAULTS, type PortFaults } from "./port-front.ts";

/** Effects on a task's processes: all others are on its ports. */
const ON_PROCESSES: readonly string[] = ["kill-process", "cpu-stress", "io-stress"];

/** What rules do to one task that runs, for as long as they are there. */
export class TaskFaults {
  readonly #host: ServiceHost;
  readonly #arn: string;
  readonly #containers: () => readonly LiveContainer[];
  readonly #standing: StandingHits;
  /** What acts on its ports. */
  #acting: readonly Hit[] = [];
  #draws = 0;

  constructor(host: ServiceHost, arn: string, place: Place, containers: () => readonly LiveContainer[]) {
    this.#host = host;
    this.#arn = arn;
    this.#containers = containers;
    this.#standing = new StandingHits(host, {
      points: [TASK],
      place,
      subjects: () => [{ point: TASK, resource: arn }],
      begin: (hit) => this.#begin(hit),
    });
  }

  /** Rules have come or gone. */
  look(): void {
    const acting = this.#standing.look().filter(({ effect }) => !ON_PROCESSES.includes(effect));
    if (acting.length === this.#acting.length && acting.every((hit, n) => hit === this.#acting[n])) return;
    this.#acting = acting;
    this.#bendPorts();
  }

  /** The task ends, and all of it with it. */
  end(): void {
    this.#standing.end();
    this.#acting = [];
  }

  #begin(hit: Hit): () => void {
    const { effect, params } = hit;
    if (effect === "kill-process") {
      const signal = params["signal"] === "SIGKILL" ? "SIGKILL" : "SIGTERM";
      for (const { machine } of this.#containers())
        machine.signal(signal, ({ names }) => names.includes(String(params["processName"])));
    }
    return effect === "cpu-stress" || effect === "io-stress" ? this.#load(hit) : () => {};
  }

  #load({ effect, params, rule }: Hit): () => void {
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const lasts = () => over;
    for (const { machine } of this.#containers()) {
      const loaded =
        effect === "cpu-stress"
          ? withCpuStress(machine, Number(params["percent"]), lasts)
          : withIoStress(machine, this.#host.scratch(`io-${rule.id}-${machine.instance.id}`), {
              count: Number(params["workers"]),
              lasts,
            });
      loaded.catch((error: Error) => this.#host.log.warn(`ecs: no load on ${this.#arn}: ${error.message}`));
    }
    return end;
  }

  /** What is done to each port follows from all rules that act on it. */
  #bendPorts(): void {
    for (const { fronts } of this.#containers())
      for (const [port, front] of fronts) {
        const acting = this.#acting.filter(
          ({ effect, params }) => effect !== "blackhole-port" || Number(params["port"]) === port,
        );
        front.faults = acting.length === 0 ? NO_FAULTS : this.#onPort(port, acting);
      }
  }

  #onPort(port: number, acting: readonly Hit[]): PortFaults {
    const total = (connection: number, firstMs: number) =>
      acting.reduce((sum, hit) => sum + this.#delayMs(hit, port, connection, firstMs), 0);
    return {
      delayMs: (connection) => total(connection, RETRANSMITTED_AFTER_MS),
      // There and back, before anything else is said.
      handshakeMs: (connection) =>
        total(connection, FIRST_RETRANSMITTED_AFTER_MS) + total(connection, FIRST_RETRANSMITTED_AFTER_MS),
    };
  }

  /** How late a piece of a connection is by one rule. */
  #delayMs({ effect, params, rule }: Hit, port: number, connection: number, firstMs: number): number {
    if (effect === "blackhole-port") return Infinity;
    const shareOf = (name: string) => Number(params[name] ?? 100) / 100;
    const draw = (what: string, n: number) =>
      this.#host.random.draw(`${rule.id} ${this.#arn} ${port} ${what}`, n);
    const isMeant = (share: number) => draw("connection", connection) < share;
    if (effect === "slow-port") {
      if (!isMeant(shareOf("percentage"))) return 0;
      const jitterMs = Number(params["jitterMs"] ?? 0);
      return Math.max(0, Number(params["ms"]) + jitterMs * (2 * draw("jitter", this.#draws++) - 1));
    }
    if (!isMeant(shareOf("flowsPercentage"))) return 0;
    return retransmittedAfterMs(shareOf("percentage"), () => draw("piece", this.#draws++), firstMs);
  }
}
