import type { Place } from "../../aws/arn-template.ts";
import { deliver } from "../../aws/deliver.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { GroupRecord } from "./group.ts";

/** What a group tells a topic. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html */
export async function sendNotification(
  host: ServiceHost,
  { account, region }: Place,
  group: GroupRecord,
  topic: string,
  { subject, message }: { readonly subject: string; readonly message: object },
): Promise<void> {
  const body = JSON.stringify({
    AccountId: account,
    AutoScalingGroupARN: group.arn,
    AutoScalingGroupName: group.name,
    Service: "AWS Auto Scaling",
    Time: new Date(host.clock.now()).toISOString(),
    ...message,
  });
  const from = { account, region, sourceArn: group.arn, origin: `autoscaling(${group.name})` };
  await deliver(host.call, topic, { subject, body }, from);
}
