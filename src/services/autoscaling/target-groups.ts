import { page } from "../../aws/page.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { invalidToken, validationError } from "./errors.ts";
import { findGroup, type GroupRecord, saveGroup, targetGroupsOf } from "./group.ts";
import type { Scaler } from "./scaler.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachLoadBalancerTargetGroups.html and its neighbours */
export const targetGroupHandlers = (scaler: Scaler): Handlers<AutoScaling.Operations> => ({
  async AttachLoadBalancerTargetGroups({ AutoScalingGroupName, TargetGroupARNs }, ctx) {
    findGroup(AutoScalingGroupName, ctx);
    await checkTargetGroups(TargetGroupARNs, ctx);
    await change(
      AutoScalingGroupName,
      (before) => [...new Set([...before, ...TargetGroupARNs])],
      scaler,
      ctx,
    );
    return {};
  },

  async DetachLoadBalancerTargetGroups({ AutoScalingGroupName, TargetGroupARNs }, ctx) {
    findGroup(AutoScalingGroupName, ctx);
    const left = (before: readonly string[]) => before.filter((arn) => !TargetGroupARNs.includes(arn));
    await change(AutoScalingGroupName, left, scaler, ctx);
    return {};
  },

  DescribeLoadBalancerTargetGroups(input, ctx) {
    const { AutoScalingGroupName, NextToken: token, MaxRecords: size = PAGE_SIZE } = input;
    const { items, nextToken } = page(
      [...targetGroupsOf(findGroup(AutoScalingGroupName, ctx))].sort(),
      (arn) => [arn],
      { size, token, query: AutoScalingGroupName, refuse: invalidToken },
    );
    return {
      LoadBalancerTargetGroups: items.map((LoadBalancerTargetGroupARN) => ({
        LoadBalancerTargetGroupARN,
        State: "InService",
      })),
      NextToken: nextToken,
    };
  },
});

/** @throws ValidationError */
export async function checkTargetGroups(arns: readonly string[], ctx: Context): Promise<void> {
  for (const arn of arns)
    await ctx.call("elbv2", "DescribeTargetGroups", { TargetGroupArns: [arn] }).catch((error: unknown) => {
      if (error instanceof AwsError && error.code.startsWith("TargetGroupNotFound"))
        throw validationError(
          `Provided Target Groups may not be valid. Please ensure they exist and try again.`,
        );
      throw error;
    });
}

/** Changes the target groups of a group, and has those that come or go know its instances. */
async function change(
  name: string,
  to: (before: readonly string[]) => readonly string[],
  scaler: Scaler,
  ctx: Context,
): Promise<void> {
  const [before, after] = ctx.store.transaction((): [GroupRecord, GroupRecord] => {
    const group = findGroup(name, ctx);
    return [group, saveGroup({ ...group, targetGroups: to(targetGroupsOf(group)) }, ctx)];
  });
  const only = (one: GroupRecord, other: GroupRecord): GroupRecord => ({
    ...one,
    targetGroups: targetGroupsOf(one).filter((arn) => !targetGroupsOf(other).includes(arn)),
  });
  await scaler.tellTargetGroups("RegisterTargets", ctx, only(after, before));
  await scaler.tellTargetGroups("DeregisterTargets", ctx, only(before, after));
}
