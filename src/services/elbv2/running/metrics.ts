import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { balancerArn, targetGroupArn } from "../arns.ts";
import type { LoadBalancerRecord } from "../load-balancer.ts";
import type { TargetGroupRecord } from "../target-group.ts";

/* What CloudWatch hears of load balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html. Told only while somebody listens. */

/** A request that has been answered. */
export interface Answered {
  readonly status: number;
  /** Where it was sent to; absent for an answer of the load balancer's own. */
  readonly group?: TargetGroupRecord | undefined;
  readonly zone?: string | undefined;
  readonly tookMs: number;
  /** Has the load balancer made the answer itself? */
  readonly isOwn: boolean;
}

const NAMESPACES = { application: "AWS/ApplicationELB", network: "AWS/NetworkELB" } as const;

const balancerName = (place: Place, balancer: LoadBalancerRecord): string =>
  balancerArn(place, balancer).split(":loadbalancer/")[1] ?? "";

const groupName = (place: Place, group: TargetGroupRecord): string =>
  targetGroupArn(place, group).split(":").at(-1) ?? "";

export function measureRequest(
  host: ServiceHost,
  place: Place,
  balancer: LoadBalancerRecord,
  { status, group, zone, tookMs, isOwn }: Answered,
): void {
  if (!host.bus.hears("cloudwatch.measurement")) return;
  const family = `${Math.floor(status / 100)}XX`;
  const ofTarget = { [`HTTPCode_Target_${family}_Count`]: 1, TargetResponseTime: tookMs / 1000 };
  const ofBalancer = {
    [`HTTPCode_ELB_${family}_Count`]: 1,
    ...([500, 502, 503, 504].includes(status) && { [`HTTPCode_ELB_${status}_Count`]: 1 }),
  };
  const values = { RequestCount: 1, ...(isOwn ? ofBalancer : ofTarget) };
  const LoadBalancer = balancerName(place, balancer);
  const dimensions: Record<string, string>[] = [{ LoadBalancer }];
  if (zone !== undefined) dimensions.push({ AvailabilityZone: zone, LoadBalancer });
  if (group) dimensions.push({ LoadBalancer, TargetGroup: groupName(place, group) });
  for (const one of dimensions) publish(host, place, balancer, one, values);
}

/** How many targets of a group are well, for a load balancer that sends to them. */
export function measureHealth(
  host: ServiceHost,
  place: Place,
  balancer: LoadBalancerRecord,
  group: TargetGroupRecord,
  { healthy, unhealthy }: { readonly healthy: number; readonly unhealthy: number },
): void {
  if (!host.bus.hears("cloudwatch.measurement")) return;
  const dimensions = {
    LoadBalancer: balancerName(place, balancer),
    TargetGroup: groupName(place, group),
  };
  publish(host, place, balancer, dimensions, { HealthyHostCount: healthy, UnHealthyHostCount: unhealthy });
}

function publish(
  host: ServiceHost,
  { account, region }: Place,
  { type }: LoadBalancerRecord,
  dimensions: Readonly<Record<string, string>>,
  values: Readonly<Record<string, number>>,
): void {
  host.bus.publish("cloudwatch.measurement", {
    account,
    region,
    namespace: NAMESPACES[type],
    dimensions,
    atMs: host.clock.now(),
    values,
  });
}
