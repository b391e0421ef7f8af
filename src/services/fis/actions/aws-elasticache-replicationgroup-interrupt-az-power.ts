import { behindLast } from "../../../core/text.ts";
import { ActionFailure, type FisAction } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#elasticache-actions-reference */
const action: FisAction = {
  id: "aws:elasticache:replicationgroup-interrupt-az-power",
  formerIds: ["aws:elasticache:interrupt-cluster-az-power"],
  description: "Interrupt power of the nodes of the target replication groups in an Availability Zone.",
  how: "Connections to the group's nodes in the zone are cut, new ones are refused; where the primary is among them the replica that lags least takes its place, and the primary endpoint leads to it. With the end they come back as replicas.",
  permissions: [{ action: "elasticache:InterruptClusterAzPower", on: { target: "ReplicationGroups" } }],
  targets: { ReplicationGroups: "aws:elasticache:replicationgroup" },
  targetQuota: 5,
  quotaCountsArns: true,
  parameters: { duration: DURATION },
  callsServices: true,
  async start(run) {
    const zone = run.targetParameters("ReplicationGroups")["availabilityZoneIdentifier"] ?? "";
    const groups = run.targets("ReplicationGroups") ?? [];
    for (const { arn, account } of groups) {
      const ReplicationGroupId = behindLast(":", arn);
      const { ReplicationGroups } = await run.call<{ ReplicationGroups: { MultiAZ?: string }[] }>(
        "elasticache",
        "DescribeReplicationGroups",
        { ReplicationGroupId },
        { account },
      );
      if (ReplicationGroups[0]?.MultiAZ !== "enabled")
        throw new ActionFailure(`Multi-AZ is not enabled for the replication group ${ReplicationGroupId}.`);
    }
    run.addRule({
      point: "elasticache:node",
      effect: "power-off",
      match: {
        resource: groups.map(({ arn }) => arn),
        input: `AvailabilityZone == \`${JSON.stringify(zone)}\``,
      },
    });
    return undefined;
  },
};

export default action;
