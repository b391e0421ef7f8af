import type { Store } from "../../core/storage.ts";
import { type HealthCheckRecord, healthCheckRecords, healthStates, isCalculated } from "./health-check.ts";

/** Checks of checks deeper than this are none of AWS's: a calculated one has no calculated ones among its children's children. */
const DEEPEST = 8;

/**
 * Is what a health check stands for healthy? One that is disabled is, one that has not been looked at yet is, and one that is gone is.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function isHealthy(id: string, store: Store, depth = 0): boolean {
  const check = store.collection(healthCheckRecords).get([id]);
  return check === undefined || statusOf(check, store, depth);
}

export function statusOf({ id, config }: HealthCheckRecord, store: Store, depth = 0): boolean {
  const found = config.Disabled
    ? true
    : isCalculated(config)
      ? healthyChildren(config.ChildHealthChecks, store, depth) >= (config.HealthThreshold ?? 0)
      : (store.collection(healthStates).get([id])?.isHealthy ?? true);
  return found !== (config.Inverted ?? false);
}

export function healthyChildren(children: readonly string[] = [], store: Store, depth = 0): number {
  if (depth > DEEPEST) return children.length;
  return children.filter((child) => isHealthy(child, store, depth + 1)).length;
}
