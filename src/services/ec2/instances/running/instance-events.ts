import { announce } from "../../../../aws/announce.ts";
import type { Place } from "../../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../../core/service.ts";
import { instanceArn } from "../instance.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html and https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export type InstanceEvent =
  | "EC2 Instance State-change Notification"
  | "EC2 Spot Instance Interruption Warning"
  | "EC2 Instance Rebalance Recommendation"
  | "EC2 Spot Instance Request Fulfillment";

export function announceInstance(
  host: ServiceHost,
  place: Place,
  id: string,
  detailType: InstanceEvent,
  detail: Readonly<Record<string, string>> = {},
): void {
  void announce(host, "aws.ec2", { ...place, origin: `ec2(${id})` }, () => ({
    detailType,
    resources: [instanceArn(id, place)],
    detail: { "instance-id": id, ...detail },
  }));
}
