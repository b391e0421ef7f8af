import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudWatch from "../../models/generated/cloudwatch.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import {
  healthCheckExists,
  healthCheckVersionMismatch,
  invalidInput,
  recoveryControlNotServed,
} from "./errors.ts";
import { healthyChildren } from "./health.ts";
import {
  describeHealthCheck,
  findHealthCheck,
  type HealthCheckRecord,
  healthCheckRecords,
  healthStates,
  isCalculated,
  saveHealthCheck,
} from "./health-check.ts";
import { checkConfig, completed } from "./health-check-config.ts";
import { pageSize, stretchOf } from "./listing.ts";
import { findAlarm } from "./look-at-alarm.ts";
import type { Prober } from "./prober.ts";

/** Where AWS's checkers are: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html (Regions) */
const CHECKERS: readonly (readonly [Route53.HealthCheckRegion, string])[] = [
  ["ap-northeast-1", "54.250.253.207"],
  ["ap-southeast-1", "54.251.31.151"],
  ["ap-southeast-2", "54.252.254.221"],
  ["eu-west-1", "176.34.159.207"],
  ["sa-east-1", "177.71.207.151"],
  ["us-east-1", "107.23.255.31"],
  ["us-west-1", "54.183.255.151"],
  ["us-west-2", "54.244.52.223"],
];

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html and its neighbours */
export const healthChecks = (prober: Prober): Handlers<Route53.Operations> => ({
  async CreateHealthCheck({ CallerReference, HealthCheckConfig }, ctx) {
    if (HealthCheckConfig.Type === "RECOVERY_CONTROL") throw recoveryControlNotServed();
    checkConfig(HealthCheckConfig);
    const config = completed(HealthCheckConfig);
    const alarm = await alarmOf(config, ctx);
    const there = referred(CallerReference, ctx);
    if (there && JSON.stringify(there.config) !== JSON.stringify(config))
      throw healthCheckExists(CallerReference);
    const check = there ?? newCheck(CallerReference, config, alarm, ctx);
    if (!there) saveHealthCheck(check, ctx);
    prober.look(ctx.account, check.id);
    return {
      HealthCheck: describeHealthCheck(check),
      Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}`,
    };
  },

  GetHealthCheck: ({ HealthCheckId }, ctx) => ({
    HealthCheck: describeHealthCheck(findHealthCheck(HealthCheckId, ctx)),
  }),

  async UpdateHealthCheck(input, ctx) {
    const { HealthCheckId, HealthCheckVersion, ResetElements = [], ...given } = input;
    const asked = findHealthCheck(HealthCheckId, ctx);
    const { config } = changed(asked, given, ResetElements);
    const alarm = await alarmOf(config, ctx);
    const before = findHealthCheck(HealthCheckId, ctx);
    if (HealthCheckVersion !== undefined && HealthCheckVersion !== before.version)
      throw healthCheckVersionMismatch(HealthCheckVersion, before.version);
    const check = {
      ...changed(before, given, ResetElements),
      version: before.version + 1,
      ...(alarm && { alarm }),
    };
    saveHealthCheck(check, ctx);
    prober.look(ctx.account, check.id);
    return { HealthCheck: describeHealthCheck(check) };
  },

  DeleteHealthCheck({ HealthCheckId }, ctx) {
    const { id } = findHealthCheck(HealthCheckId, ctx);
    ctx.store.collection(healthCheckRecords).delete([id]);
    ctx.store.collection(healthStates).delete([id]);
    prober.look(ctx.account, id);
    return {};
  },

  ListHealthChecks({ Marker, MaxItems }, ctx) {
    const size = pageSize(MaxItems);
    const checks = ctx.store.collection(healthCheckRecords).values(Marker ? { from: [Marker] } : {});
    const { items, next } = stretchOf(checks, size);
    return {
      HealthChecks: items.map(describeHealthCheck),
      Marker: Marker ?? "",
      IsTruncated: next !== undefined,
      ...(next && { NextMarker: next.id }),
      MaxItems: String(size),
    };
  },

  GetHealthCheckCount: (_input, ctx) => ({
    HealthCheckCount: ctx.store.collection(healthCheckRecords).count(),
  }),

  GetHealthCheckStatus({ HealthCheckId }, ctx) {
    const check = findHealthCheck(HealthCheckId, ctx);
    if (isCalculated(check.config)) return { HealthCheckObservations: [calculated(check, ctx)] };
    const state = ctx.store.collection(healthStates).get([check.id]);
    return { HealthCheckObservations: state ? observed(check, state) : [] };
  },

  GetHealthCheckLastFailureReason({ HealthCheckId }, ctx) {
    const check = findHealthCheck(HealthCheckId, ctx);
    const failure = ctx.store.collection(healthStates).get([check.id])?.failure;
    return { HealthCheckObservations: failure ? observed(check, failure) : [] };
  },

  GetCheckerIpRanges: () => ({ CheckerIpRanges: CHECKERS.map(([, address]) => `${address}/32`) }),
});

function referred(reference: string, { store }: Context): HealthCheckRecord | undefined {
  return Iterator.from(store.collection(healthCheckRecords).values()).find(
    ({ callerReference }) => callerReference === reference,
  );
}

const newCheck = (
  callerReference: string,
  config: Route53.HealthCheckConfig,
  alarm: Route53.CloudWatchAlarmConfiguration | undefined,
  ctx: Context,
): HealthCheckRecord => ({
  id: ctx.random.uuid(),
  callerReference,
  config,
  version: 1,
  ...(alarm && { alarm }),
  createdMs: ctx.clock.now(),
  tags: {},
});

/** A check with what an update says; what is reset has its default again. @throws InvalidInput */
function changed(
  check: HealthCheckRecord,
  given: Partial<Route53.HealthCheckConfig>,
  reset: readonly Route53.ResettableElementName[],
): HealthCheckRecord {
  const isKept = ([name]: [string, unknown]) => !reset.includes(name);
  const before = Object.fromEntries(Object.entries(check.config).filter(isKept));
  const config = { ...(before as Route53.HealthCheckConfig), ...given };
  checkConfig(config);
  return { ...check, config: completed(config) };
}

/** The settings of the alarm that a check is on. @throws InvalidInput when there is none of the name (the text is inferred) */
async function alarmOf(
  { AlarmIdentifier: alarm }: Route53.HealthCheckConfig,
  { call }: Context,
): Promise<Route53.CloudWatchAlarmConfiguration | undefined> {
  if (!alarm) return undefined;
  const found = await findAlarm(alarm.Name, (input) =>
    call<CloudWatch.DescribeAlarmsOutput>("cloudwatch", "DescribeAlarms", input, { region: alarm.Region }),
  );
  if (!found) throw invalidInput(`The CloudWatch alarm ${alarm.Name} in ${alarm.Region} does not exist.`);
  const { EvaluationPeriods = 1, Threshold = 0, Period = 0, MetricName = "", Namespace = "" } = found;
  return {
    EvaluationPeriods,
    Threshold,
    ComparisonOperator: found.ComparisonOperator as Route53.ComparisonOperator,
    Period,
    MetricName,
    Namespace,
    Statistic: (found.Statistic ?? "Average") as Route53.Statistic,
    Dimensions: (found.Dimensions ?? []).map(({ Name = "", Value = "" }) => ({ Name, Value })),
  };
}

/** A look as each of the checkers of a check reports it. */
function observed(
  { config }: HealthCheckRecord,
  { checkedMs, report }: { readonly checkedMs: number; readonly report: string },
): Route53.HealthCheckObservation[] {
  const StatusReport = { Status: report, CheckedTime: new Date(checkedMs) };
  if (config.AlarmIdentifier) return [{ StatusReport }];
  return CHECKERS.filter(([region]) => config.Regions?.includes(region) ?? true).map(
    ([Region, IPAddress]) => ({ Region, IPAddress, StatusReport }),
  );
}

/** The text is inferred. */
function calculated({ config }: HealthCheckRecord, ctx: Context): Route53.HealthCheckObservation {
  const { ChildHealthChecks: children = [], HealthThreshold: threshold = 0 } = config;
  const healthy = healthyChildren(children, ctx.store);
  const Status = `${healthy >= threshold ? "Success" : "Failure"}: ${healthy} of ${children.length} child health checks are healthy, ${threshold} must be.`;
  return { StatusReport: { Status, CheckedTime: new Date(ctx.clock.now()) } };
}
