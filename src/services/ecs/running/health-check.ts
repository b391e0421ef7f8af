import type { Clock, Timer } from "../../../core/clock.ts";
import type * as ECS from "../../../models/generated/ecs.ts";
import type { Machine } from "../../../processes/machine.ts";

/**
 * Asks a container again and again how it is.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
export class HealthChecks {
  readonly #check: ECS.HealthCheck;
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #tell: (health: "HEALTHY" | "UNHEALTHY") => void;
  readonly #startedMs: number;
  #failures = 0;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(
    check: ECS.HealthCheck,
    machine: Machine,
    clock: Clock,
    tell: (health: "HEALTHY" | "UNHEALTHY") => void,
  ) {
    this.#check = check;
    this.#machine = machine;
    this.#clock = clock;
    this.#tell = tell;
    this.#startedMs = clock.now();
    // The first look comes at once: nobody waits for half a minute to hear that all is well.
    this.#timer = clock.setTimer(0, () => void this.#look());
  }

  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const { retries = 3, interval = 30, startPeriod = 0 } = this.#check;
    const isGood = await this.#ask();
    if (this.#isOver) return;
    if (isGood) {
      this.#failures = 0;
      this.#tell("HEALTHY");
    } else if (this.#clock.now() >= this.#startedMs + startPeriod * 1000 && ++this.#failures >= retries) {
      this.#tell("UNHEALTHY");
    }
    const waitMs = !isGood && this.#failures < retries ? Math.min(interval * 1000, SOON_MS) : interval * 1000;
    this.#timer = this.#clock.setTimer(waitMs, () => void this.#look());
  }

  async #ask(): Promise<boolean> {
    const { command, timeout = 5 } = this.#check;
    const late = new AbortController();
    const timer = this.#clock.setTimer(timeout * 1000, () => late.abort());
    try {
      const { code } = await this.#machine.run(argumentsOf(command), { signal: late.signal });
      return code === 0;
    } catch {
      return false;
    } finally {
      timer.cancel();
    }
  }
}

/** A container that is not well yet is asked again soon: it is most often one that is only just starting. */
const SOON_MS = 1_000;

const argumentsOf = ([kind = "", ...rest]: readonly string[]): readonly string[] =>
  kind === "CMD-SHELL"
    ? ["/bin/sh", "-c", rest.join(" ")]
    : kind === "CMD"
      ? rest
      : ["/bin/sh", "-c", [kind, ...rest].join(" ")];
