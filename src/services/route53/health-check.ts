import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { noSuchHealthCheck } from "./errors.ts";

/** A health check as it is kept, by its id. */
export interface HealthCheckRecord {
  readonly id: string;
  readonly callerReference: string;
  readonly config: Route53.HealthCheckConfig;
  readonly version: number;
  /** Of a CLOUDWATCH_METRIC: the alarm's settings when the check was made. */
  readonly alarm?: Route53.CloudWatchAlarmConfiguration;
  readonly createdMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const healthCheckRecords = defineCollection<HealthCheckRecord>({ name: "health-checks" });

/** What was found of a health check, by its id: absent until it has been looked at. */
export interface HealthState {
  /** As its endpoint or its alarm is, before `Inverted`. */
  readonly isHealthy: boolean;
  /** How many looks in a row have said otherwise. */
  readonly contrary: number;
  readonly checkedMs: number;
  /** The last look, in AWS's words: `Success: …`. */
  readonly report: string;
  readonly failure?: { readonly checkedMs: number; readonly report: string };
}

export const healthStates = defineCollection<HealthState>({ name: "health-states" });

export const healthCheckArn = (id: string): string => `arn:aws:route53:::healthcheck/${id}`;

/** @throws NoSuchHealthCheck */
export function findHealthCheck(id: string, ctx: { readonly store: Store }): HealthCheckRecord {
  const check = ctx.store.collection(healthCheckRecords).get([id]);
  if (!check) throw noSuchHealthCheck(id);
  return check;
}

export function saveHealthCheck(check: HealthCheckRecord, ctx: Pick<Context, "store">): void {
  ctx.store.collection(healthCheckRecords).put([check.id], check);
}

export const describeHealthCheck = (check: HealthCheckRecord): Route53.HealthCheck => ({
  Id: check.id,
  CallerReference: check.callerReference,
  HealthCheckConfig: check.config,
  HealthCheckVersion: check.version,
  ...(check.alarm && { CloudWatchAlarmConfiguration: check.alarm }),
});

export const isCalculated = ({ Type }: Route53.HealthCheckConfig): boolean => Type === "CALCULATED";
