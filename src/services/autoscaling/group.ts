import type { Tags } from "../../aws/tags.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { groupNotFound } from "./errors.ts";

/** An instance as its group has it. */
export interface MemberRecord {
  readonly id: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly state: "Pending" | "InService" | "Terminating";
  /** Absent in what an earlier edition has kept. */
  readonly launchedMs?: number;
  readonly isSpot?: true;
}

/** An Auto Scaling group as it is kept, by its name. */
export interface GroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly template: AutoScaling.LaunchTemplateSpecification;
  /** Of what types its instances are, and how many of them are Spot; the template stands in it. */
  readonly mixed?: AutoScaling.MixedInstancesPolicy | undefined;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly zones: readonly string[];
  readonly subnets: readonly string[];
  readonly cooldownSeconds: number;
  readonly graceSeconds: number;
  readonly healthCheckType: string;
  /** ARNs of the target groups that its instances are in. */
  readonly targetGroups?: readonly string[];
  /** Who is told of launches and ends, and of which. */
  readonly notifications?: readonly { readonly topic: string; readonly types: readonly string[] }[];
  readonly isProtected: boolean;
  readonly isDeleting: boolean;
  readonly members: readonly MemberRecord[];
  readonly createdMs: number;
  readonly tags: Tags;
  /** Keys of the tags that its instances get. */
  readonly propagated: readonly string[];
}

export const groupRecords = defineCollection<GroupRecord>({ name: "groups" });

/** @throws ValidationError */
export function findGroup(name: string, { store }: { readonly store: Store }): GroupRecord {
  const group = store.collection(groupRecords).get([name]);
  if (!group) throw groupNotFound(name);
  return group;
}

export const saveGroup = (group: GroupRecord, { store }: { readonly store: Store }): GroupRecord => {
  store.collection(groupRecords).put([group.name], group);
  return group;
};

export const targetGroupsOf = ({ targetGroups = [] }: GroupRecord): readonly string[] => targetGroups;

export const describeMember = (member: MemberRecord, { template }: GroupRecord): AutoScaling.Instance => ({
  InstanceId: member.id,
  InstanceType: member.instanceType,
  AvailabilityZone: member.zone,
  LifecycleState: member.state,
  HealthStatus: member.state === "Terminating" ? "Unhealthy" : "Healthy",
  LaunchTemplate: template,
  ProtectedFromScaleIn: false,
});

export const describeTags = ({ name, tags, propagated }: GroupRecord): AutoScaling.TagDescription[] =>
  Object.entries(tags).map(([Key, Value]) => ({
    ResourceId: name,
    ResourceType: "auto-scaling-group",
    Key,
    Value,
    PropagateAtLaunch: propagated.includes(Key),
  }));

export const describeGroup = (group: GroupRecord): AutoScaling.AutoScalingGroup => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  ...(group.mixed ? { MixedInstancesPolicy: group.mixed } : { LaunchTemplate: group.template }),
  MinSize: group.min,
  MaxSize: group.max,
  DesiredCapacity: group.desired,
  DefaultCooldown: group.cooldownSeconds,
  AvailabilityZones: [...group.zones],
  LoadBalancerNames: [],
  TargetGroupARNs: [...targetGroupsOf(group)],
  HealthCheckType: group.healthCheckType,
  HealthCheckGracePeriod: group.graceSeconds,
  Instances: group.members.map((member) => describeMember(member, group)),
  CreatedTime: new Date(group.createdMs),
  SuspendedProcesses: [],
  VPCZoneIdentifier: group.subnets.join(","),
  EnabledMetrics: [],
  ...(group.isDeleting && { Status: "Delete in progress" }),
  Tags: describeTags(group),
  TerminationPolicies: ["Default"],
  NewInstancesProtectedFromScaleIn: group.isProtected,
  ServiceLinkedRoleARN: `arn:aws:iam::${group.arn.split(":")[4]}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
  CapacityRebalance: false,
});
