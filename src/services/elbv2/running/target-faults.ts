import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { balancerArn, targetGroupArn } from "../arns.ts";
import { TARGET } from "../fault-points.ts";
import type { LoadBalancerRecord } from "../load-balancer.ts";
import type { TargetRecord } from "../target.ts";
import type { TargetGroupRecord } from "../target-group.ts";

/** A target as a load balancer sends to it. */
interface Sent {
  readonly balancer: LoadBalancerRecord;
  readonly group: TargetGroupRecord;
  readonly target: TargetRecord;
}

/** What rules do to what is sent to a target; undefined where it comes through. */
export function fateOf(
  host: ServiceHost,
  { account, region }: Place,
  { balancer, group, target }: Sent,
  operation: "Send" | "Check",
): "unreachable" | "refuse" | undefined {
  const place = { account, region };
  const LoadBalancerArn = balancerArn(place, balancer);
  const TargetGroupArn = targetGroupArn(place, group);
  const { id: TargetId, port: Port, zone: AvailabilityZone } = target;
  // One whose own subnet nobody knows is reached from the load balancer's in its zone.
  const SubnetId = target.subnetId ?? balancer.zones.find(({ zone }) => zone === AvailabilityZone)?.subnetId;
  const hits = host.hits(
    TARGET,
    {
      resource: [LoadBalancerArn, TargetGroupArn],
      operation,
      input: {
        LoadBalancerArn,
        TargetGroupArn,
        TargetId,
        Port,
        ...(AvailabilityZone !== undefined && { AvailabilityZone }),
        ...(SubnetId !== undefined && { SubnetId }),
      },
    },
    place,
  );
  if (hits.some(({ effect }) => effect === "unreachable")) return "unreachable";
  return hits.some(({ effect }) => effect === "refuse") ? "refuse" : undefined;
}
