import { defineCollection, type Store } from "../../core/storage.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";

type Settings = Pick<
  AutoScaling.PutScalingPolicyType,
  | "AdjustmentType"
  | "MinAdjustmentMagnitude"
  | "ScalingAdjustment"
  | "Cooldown"
  | "MetricAggregationType"
  | "StepAdjustments"
  | "EstimatedInstanceWarmup"
  | "TargetTrackingConfiguration"
>;

/** A scaling policy as it is kept, by its group and its name. */
export interface PolicyRecord {
  readonly group: string;
  readonly name: string;
  readonly arn: string;
  readonly type: "SimpleScaling" | "StepScaling" | "TargetTrackingScaling";
  readonly settings: Settings;
  readonly isEnabled: boolean;
  /** The alarms of a target tracking policy, which it has made: when to scale out, and when to scale in. */
  readonly alarms: readonly Required<AutoScaling.Alarm>[];
  /** When it was last carried out. */
  readonly scaledMs?: number;
}

export const policyRecords = defineCollection<PolicyRecord>({ name: "policies" });

export const policiesOf = (group: string, { store }: { readonly store: Store }): PolicyRecord[] => [
  ...store.collection(policyRecords).values({ prefix: [group] }),
];

export const describePolicy = (policy: PolicyRecord): AutoScaling.ScalingPolicy => ({
  AutoScalingGroupName: policy.group,
  PolicyName: policy.name,
  PolicyARN: policy.arn,
  PolicyType: policy.type,
  StepAdjustments: [],
  ...policy.settings,
  Alarms: [...policy.alarms],
  Enabled: policy.isEnabled,
});
