import type { Clock, Timer } from "../../../core/clock.ts";
import type * as ELB from "../../../models/generated/elbv2.ts";
import type { TargetState } from "../../../processes/target-states.ts";
import type { HealthCheck } from "../target-group.ts";
import type { Finding } from "./probe.ts";

/** A target that is only just starting is asked again soon: nobody waits for half a minute to hear that all is well. */
const SOON_MS = 1_000;

/**
 * Asks one target again and again how it is, and knows what follows.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-states
 */
export class TargetHealth {
  readonly check: HealthCheck;
  readonly #ask: () => Promise<Finding>;
  readonly #clock: Clock;
  readonly #isHurried: boolean;
  readonly #changed: (state: TargetState) => void;
  readonly #sinceMs: number;
  #state: TargetState = "initial";
  #finding: Finding;
  /** How often in a row it has been as it is not yet held to be. */
  #inRow = 0;
  #timer: Timer | undefined;
  #isOver = false;

  /** @param isHurried does a target that is not well yet have to wait for the next interval? */
  constructor(
    check: HealthCheck,
    ask: () => Promise<Finding>,
    { clock, timings }: { readonly clock: Clock; readonly timings: "real" | "instant" },
    changed: (state: TargetState) => void,
  ) {
    this.check = check;
    this.#ask = ask;
    this.#clock = clock;
    this.#isHurried = timings === "instant";
    this.#changed = changed;
    this.#sinceMs = clock.now();
    this.#timer = clock.setTimer(0, () => void this.#look());
  }

  get isHealthy(): boolean {
    return this.#state === "healthy";
  }

  get told(): ELB.TargetHealth {
    if (this.#state === "healthy") return { State: "healthy" };
    if (this.#state === "unhealthy" && this.#finding)
      return {
        State: "unhealthy",
        Reason: this.#finding.reason,
        Description: this.#finding.description,
      };
    return {
      State: "initial",
      Reason: "Elb.InitialHealthChecking",
      Description: "Initial health checks in progress",
    };
  }

  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const finding = await this.#ask();
    if (this.#isOver) return;
    this.#learn(finding);
    const intervalMs = this.check.intervalSeconds * 1000;
    const waitMs = this.#isHurried && this.#state === "initial" ? SOON_MS : intervalMs;
    this.#timer = this.#clock.setTimer(waitMs, () => void this.#look());
  }

  #learn(finding: Finding): void {
    const { healthyCount, unhealthyCount, intervalSeconds } = this.check;
    if (finding) this.#finding = finding;
    const isNews = (finding === undefined) !== (this.#state === "healthy");
    this.#inRow = isNews ? this.#inRow + 1 : 0;
    if (this.#state === "initial") {
      // One check that it passes is enough for a new target.
      if (finding === undefined) this.#become("healthy");
      else if (this.#clock.now() >= this.#sinceMs + (unhealthyCount - 1) * intervalSeconds * 1000)
        this.#become("unhealthy");
    } else if (this.#state === "healthy") {
      if (this.#inRow >= unhealthyCount) this.#become("unhealthy");
    } else if (this.#inRow >= healthyCount) this.#become("healthy");
  }

  #become(state: TargetState): void {
    this.#state = state;
    this.#inRow = 0;
    this.#changed(state);
  }
}
