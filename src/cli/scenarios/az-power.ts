import { parseDuration } from "../../core/clock.ts";
import { common, type Scenario, tagged } from "./scenario.ts";

const TAG = "AzImpairmentPower";
const NETWORK = "PT2M";
const NETWORK_MS = 120_000;

/** https://docs.aws.amazon.com/fis/latest/userguide/az-availability-scenario.html */
export const azPower: Scenario = {
  name: "az-power",
  title: "AZ Availability: Power Interruption",
  description:
    "A zone loses power: its instances stop and none can be launched there, its subnets are cut off for a while, databases fail over, and after the power is back volumes do not answer for a time.",
  tags: ["StopInstances", "IceAsg", "DisruptSubnet", "DisruptRds", "ElasticacheImpact", "ApiPauseVolume"].map(
    (value) => `${TAG}=${value}`,
  ),
  template(choice) {
    const { zone, launchRoles, duration = "PT30M" } = choice;
    const inZone = {
      filters: [
        { path: "State.Name", values: ["running"] },
        { path: "Placement.AvailabilityZone", values: [zone] },
      ],
    };
    const cutOff = (parseDuration(duration) ?? NETWORK_MS) < NETWORK_MS ? duration : NETWORK;
    const zones = { availabilityZoneIdentifiers: zone, duration };
    const stop = { startInstancesAfterDuration: duration, completeIfInstancesTerminated: "true" };
    const stopping = (target: string) => ({
      actionId: "aws:ec2:stop-instances",
      parameters: stop,
      targets: { Instances: target },
    });
    return {
      ...common(this.title, choice),
      description: `Affect several types of resources in ${zone}, to approximate a power interruption there.`,
      targets: {
        "EC2-Instances": tagged("aws:ec2:instance", [TAG, "StopInstances"], inZone),
        "ASG-EC2-Instances": tagged("aws:ec2:instance", [TAG, "IceAsg"], inZone),
        ASG: tagged("aws:ec2:autoscaling-group", [TAG, "IceAsg"]),
        ...(launchRoles.length > 0 && {
          "IAM-role": { resourceType: "aws:iam:role", resourceArns: [...launchRoles], selectionMode: "ALL" },
        }),
        Subnet: tagged("aws:ec2:subnet", [TAG, "DisruptSubnet"], {
          filters: [{ path: "AvailabilityZone", values: [zone] }],
        }),
        "RDS-Cluster": tagged("aws:rds:cluster", [TAG, "DisruptRds"], {
          parameters: { writerAvailabilityZoneIdentifiers: zone },
        }),
        "ElastiCache-Cluster": tagged("aws:elasticache:replicationgroup", [TAG, "ElasticacheImpact"], {
          parameters: { availabilityZoneIdentifier: zone },
        }),
        "EBS-Volumes": tagged("aws:ec2:ebs-volume", [TAG, "ApiPauseVolume"], {
          selectionMode: "COUNT(5)",
          parameters: { availabilityZoneIdentifier: zone },
        }),
      },
      actions: {
        "Stop-EC2-Instances": stopping("EC2-Instances"),
        "Stop-ASG-EC2-Instances": stopping("ASG-EC2-Instances"),
        "Pause-ASG-Scaling": {
          actionId: "aws:ec2:asg-insufficient-instance-capacity-error",
          parameters: { ...zones, percentage: "100" },
          targets: { AutoScalingGroups: "ASG" },
        },
        ...(launchRoles.length > 0 && {
          "Pause-Instance-Launches": {
            actionId: "aws:ec2:api-insufficient-instance-capacity-error",
            parameters: { ...zones, percentage: "100" },
            targets: { Roles: "IAM-role" },
          },
        }),
        "Pause-Network-Connectivity": {
          actionId: "aws:network:disrupt-connectivity",
          parameters: { duration: cutOff, scope: "all" },
          targets: { Subnets: "Subnet" },
        },
        "Failover-RDS": { actionId: "aws:rds:failover-db-cluster", targets: { Clusters: "RDS-Cluster" } },
        "Pause-ElastiCache": {
          actionId: "aws:elasticache:replicationgroup-interrupt-az-power",
          parameters: { duration },
          targets: { ReplicationGroups: "ElastiCache-Cluster" },
        },
        "Pause-EBS-IO": {
          actionId: "aws:ebs:pause-volume-io",
          parameters: { duration },
          targets: { Volumes: "EBS-Volumes" },
          startAfter: ["Stop-EC2-Instances", "Stop-ASG-EC2-Instances"],
        },
      },
    };
  },
};
