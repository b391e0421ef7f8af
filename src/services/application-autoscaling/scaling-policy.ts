import { defineCollection } from "../../core/storage.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { nameOf, type TargetKey } from "./scalable-target.ts";

/** A scaling policy as it is kept, by its target and its name. */
export interface PolicyRecord extends TargetKey {
  readonly name: string;
  readonly arn: string;
  readonly type: "StepScaling" | "TargetTrackingScaling";
  readonly step?: Scaling.StepScalingPolicyConfiguration;
  readonly tracking?: Scaling.TargetTrackingScalingPolicyConfiguration;
  /** The alarms of a target tracking policy, which it has made: when to scale out, and when to scale in. */
  readonly alarms: readonly Required<Scaling.Alarm>[];
  readonly createdMs: number;
}

export const policyRecords = defineCollection<PolicyRecord>({ name: "policies" });

export const policyKey = ({
  service,
  resourceId,
  dimension,
  name,
}: Pick<PolicyRecord, keyof TargetKey | "name">) => [service, resourceId, dimension, name] as const;

export const describePolicy = (policy: PolicyRecord): Scaling.ScalingPolicy => ({
  PolicyARN: policy.arn,
  PolicyName: policy.name,
  ...nameOf(policy),
  PolicyType: policy.type,
  ...(policy.step && { StepScalingPolicyConfiguration: policy.step }),
  ...(policy.tracking && { TargetTrackingScalingPolicyConfiguration: policy.tracking }),
  Alarms: [...policy.alarms],
  CreationTime: new Date(policy.createdMs),
});
