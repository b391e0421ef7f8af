import type { ServiceHost } from "../../../core/service.ts";
import type { Cluster } from "../cluster.ts";
import { databaseResuming } from "../errors.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html: about 15 seconds */
const RESUMING_MS = 15_000;

/**
 * Serverless writers that nobody has used for long enough are paused: who wants something of one wakes it, and is told to come again.
 * What counts is use by the Data API: who is connected otherwise is not seen here.
 */
export class Pauses {
  readonly #host: ServiceHost;
  /** How many use a cluster now, by its ARN: also one that does not pause, since it may come to. */
  readonly #held = new Map<string, number>();
  readonly #usedMs = new Map<string, number>();
  readonly #resumedMs = new Map<string, number>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** It is used, and does not pause, until what this returns is called. @throws DatabaseResumingException */
  enter(cluster: Cluster): () => void {
    this.#check(cluster);
    const { arn } = cluster;
    this.#held.set(arn, this.#holders(arn) + 1);
    return () => {
      this.#held.set(arn, this.#holders(arn) - 1);
      this.#usedMs.set(arn, this.#host.clock.now());
    };
  }

  #holders(arn: string): number {
    return this.#held.get(arn) ?? 0;
  }

  /** @throws DatabaseResumingException */
  #check({ arn, pause }: Cluster): void {
    if (!pause) return;
    const nowMs = this.#host.clock.now();
    const usedMs = Math.max(this.#usedMs.get(arn) ?? 0, pause.sinceMs);
    const isPaused = this.#holders(arn) === 0 && nowMs - usedMs >= pause.afterMs;
    if (isPaused) {
      const lastsMs = this.#host.timings === "real" ? RESUMING_MS : 0;
      this.#resumedMs.set(arn, nowMs + lastsMs);
      // Waking is a use.
      this.#usedMs.set(arn, nowMs);
    }
    if (isPaused || nowMs < (this.#resumedMs.get(arn) ?? 0)) throw databaseResuming(arn);
  }
}
