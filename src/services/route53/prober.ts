import { Dues, onceSettled, untilKept } from "../../aws/due.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { PROBE } from "./fault-points.ts";
import { statusOf } from "./health.ts";
import {
  type HealthCheckRecord,
  type HealthState,
  healthCheckArn,
  healthCheckRecords,
  healthStates,
  isCalculated,
} from "./health-check.ts";
import { lookAtAlarm } from "./look-at-alarm.ts";
import type { Addresses, Found } from "./probe.ts";
import { probe } from "./probe.ts";

const SECOND_MS = 1000;
const INTERVAL_SECONDS = 30;
const THRESHOLD = 3;

/** Global services have no region: calls of theirs are made in the one that has them. */
const REGION = "us-east-1";

/**
 * Looks at the endpoints and alarms of health checks, each at its interval by the clock: one look stands for those of AWS's
 * checkers in all regions. Calculated ones are found when they are asked for. Nothing is there for who has no health check.
 */
export class Prober {
  readonly #host: ServiceHost;
  readonly #addresses: Addresses;
  readonly #dues: Dues;
  readonly #stopped = new AbortController();

  constructor(host: ServiceHost, addresses: Addresses) {
    this.#host = host;
    this.#addresses = addresses;
    this.#dues = new Dues(host);
  }

  /** A health check is new, changed or gone, or that could not be kept: it is looked at as it is kept. */
  look(account: string, id: string): void {
    onceSettled(this.#host.storage, () => {
      const check = this.#store(account).collection(healthCheckRecords).get([id]);
      if (check) this.#plan(account, check, SECOND_MS);
      else this.#dues.clear(keyOf(account, id));
    });
  }

  resume(): void {
    for (const { account } of this.#host.scopes())
      for (const check of this.#store(account).collection(healthCheckRecords).values())
        this.#plan(account, check, SECOND_MS);
  }

  stop(): void {
    this.#stopped.abort();
    this.#dues.stop();
  }

  #plan(account: string, { id, config }: HealthCheckRecord, inMs: number): void {
    const key = keyOf(account, id);
    if (isCalculated(config) || config.Disabled) this.#dues.clear(key);
    else this.#dues.set(key, this.#host.clock.now() + inMs, () => void this.#probe(account, id));
  }

  async #probe(account: string, id: string): Promise<void> {
    const check = this.#store(account).collection(healthCheckRecords).get([id]);
    if (!check || this.#stopped.signal.aborted) return;
    const atMs = this.#host.clock.now();
    const found = await this.#found(account, check);
    if (this.#stopped.signal.aborted) return;
    untilKept(this.#host, () => {
      if (!this.#stopped.signal.aborted) keepFound(this.#store(account), check, found, atMs);
    });
    this.#measure(account, check, atMs);
    const now = this.#store(account).collection(healthCheckRecords).get([id]);
    // One that was changed meanwhile is planned already.
    if (now?.version !== check.version) return;
    const intervalMs = (check.config.RequestInterval ?? INTERVAL_SECONDS) * SECOND_MS;
    this.#plan(account, check, Math.max(atMs + intervalMs - this.#host.clock.now(), 0));
  }

  async #found(account: string, check: HealthCheckRecord): Promise<Found | undefined> {
    const where = { account, region: REGION };
    const subject = {
      resource: healthCheckArn(check.id),
      operation: "Probe",
      input: { HealthCheckId: check.id },
    };
    for (const { effect, params } of this.#host.hits(PROBE, subject, where)) {
      if (effect === "fail") return { isHealthy: false, report: String(params["reason"]) };
      return { isHealthy: true, report: "Success: HTTP Status Code 200, OK" };
    }
    using _work = this.#host.atWork();
    using _answer = this.#host.clock.hold();
    const { AlarmIdentifier } = check.config;
    return AlarmIdentifier
      ? lookAtAlarm(AlarmIdentifier, check.config, account, this.#host)
      : probe(check, this.#host, this.#addresses);
  }

  /** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html: metrics of checks are in us-east-1. */
  #measure(account: string, check: HealthCheckRecord, atMs: number): void {
    if (!this.#host.bus.hears("cloudwatch.measurement")) return;
    const isHealthy = statusOf(check, this.#store(account));
    this.#host.bus.publish("cloudwatch.measurement", {
      account,
      region: REGION,
      namespace: "AWS/Route53",
      dimensions: { HealthCheckId: check.id },
      atMs,
      values: { HealthCheckStatus: isHealthy ? 1 : 0, HealthCheckPercentageHealthy: isHealthy ? 100 : 0 },
    });
  }

  #store(account: string): Store {
    return this.#host.store(account, REGION);
  }
}

/** What was found counts once as many looks in a row say the same as the threshold wants. */
function keepFound(
  store: Store,
  check: HealthCheckRecord,
  found: Found | undefined,
  checkedMs: number,
): void {
  const { id, config, version } = check;
  if (!found || store.collection(healthCheckRecords).get([id])?.version !== version) return;
  const before = store.collection(healthStates).get([id]);
  const { isHealthy: was = true, contrary: said = 0 } = before ?? {};
  const contrary = found.isHealthy === was ? 0 : said + 1;
  const threshold = config.AlarmIdentifier ? 1 : (config.FailureThreshold ?? THRESHOLD);
  const changes = contrary >= threshold;
  const failure = found.isHealthy ? before?.failure : { checkedMs, report: found.report };
  const state: HealthState = {
    isHealthy: changes ? found.isHealthy : was,
    contrary: changes ? 0 : contrary,
    checkedMs,
    report: found.report,
    ...(failure && { failure }),
  };
  store.collection(healthStates).put([id], state);
}

const keyOf = (account: string, id: string): string => `${account} ${id}`;
