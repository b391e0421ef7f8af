import type { ActionClock } from "../../aws/action-clock.ts";
import { page } from "../../aws/page.ts";
import { deleteAlarms } from "../../aws/tracking-alarms.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { activityRecords, describeActivity } from "./activity.ts";
import { groupExists, invalidToken, resourceInUse, validationError } from "./errors.ts";
import {
  describeGroup,
  describeMember,
  findGroup,
  type GroupRecord,
  groupRecords,
  saveGroup,
} from "./group.ts";
import type { Scaler } from "./scaler.ts";
import { deletePolicies } from "./scaling-policies.ts";
import { policiesOf } from "./scaling-policy.ts";
import { type ActionRecord, actionRecords } from "./scheduled-action.ts";
import { deleteAction } from "./scheduled-actions.ts";
import { readTags } from "./tags.ts";
import { checkTargetGroups } from "./target-groups.ts";

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html and its neighbours */
export const groups = (
  scaler: Scaler,
  clock: ActionClock<ActionRecord>,
): Handlers<AutoScaling.Operations> => ({
  async CreateAutoScalingGroup(input, ctx) {
    const name = input.AutoScalingGroupName;
    if (ctx.store.collection(groupRecords).get([name])) throw groupExists(name);
    const launched = templateOf(input);
    if (!launched)
      throw validationError(
        "Valid requests must contain LaunchTemplate or MixedInstancesPolicy: Squall does not serve launch configurations and groups made from an instance.",
      );
    if (input.LoadBalancerNames?.length || input.TrafficSources?.length)
      throw validationError(
        "Squall does not serve classic load balancers and traffic sources of Auto Scaling groups: give TargetGroupARNs.",
      );
    checkTemplate(launched.template);
    await checkTargetGroups(input.TargetGroupARNs ?? [], ctx);
    const where = await placesOf(input, ctx);
    const { tags, propagated } = readTags(input.Tags);
    return ctx.store.transaction(() => {
      if (ctx.store.collection(groupRecords).get([name])) throw groupExists(name);
      const group = saveGroup(
        sized({
          name,
          arn: makeArn(
            "autoscaling",
            ctx.region,
            ctx.account,
            `autoScalingGroup:${ctx.random.uuid()}:autoScalingGroupName/${name}`,
          ),
          ...launched,
          min: input.MinSize,
          max: input.MaxSize,
          desired: input.DesiredCapacity ?? input.MinSize,
          ...where,
          cooldownSeconds: input.DefaultCooldown ?? 300,
          graceSeconds: input.HealthCheckGracePeriod ?? 0,
          healthCheckType: input.HealthCheckType ?? "EC2",
          targetGroups: input.TargetGroupARNs ?? [],
          isProtected: input.NewInstancesProtectedFromScaleIn ?? false,
          isDeleting: false,
          members: [],
          createdMs: ctx.clock.now(),
          tags,
          propagated,
        }),
        ctx,
      );
      scaler.look(
        ctx,
        group.name,
        "a user request created an AutoScalingGroup changing the desired capacity from 0 to " +
          `${group.desired}.`,
      );
    });
  },

  async UpdateAutoScalingGroup(input, ctx) {
    const before = findGroup(input.AutoScalingGroupName, ctx);
    const launched = templateOf(input);
    if (launched) checkTemplate(launched.template);
    const where =
      input.VPCZoneIdentifier === undefined && input.AvailabilityZones === undefined
        ? {}
        : await placesOf(input, ctx);
    ctx.store.transaction(() => {
      const current = findGroup(before.name, ctx);
      const min = input.MinSize ?? current.min;
      const max = input.MaxSize ?? current.max;
      const wanted = input.DesiredCapacity ?? Math.min(max, Math.max(min, current.desired));
      saveGroup(
        sized({
          ...current,
          ...where,
          min,
          max,
          desired: wanted,
          ...launched,
          cooldownSeconds: input.DefaultCooldown ?? current.cooldownSeconds,
          graceSeconds: input.HealthCheckGracePeriod ?? current.graceSeconds,
          healthCheckType: input.HealthCheckType ?? current.healthCheckType,
        }),
        ctx,
      );
      scaler.look(
        ctx,
        before.name,
        `a user request update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${wanted}.`,
      );
    });
  },

  SetDesiredCapacity({ AutoScalingGroupName, DesiredCapacity }, ctx) {
    const group = findGroup(AutoScalingGroupName, ctx);
    saveGroup(sized({ ...group, desired: DesiredCapacity }), ctx);
    scaler.look(
      ctx,
      group.name,
      `a user request explicitly set group desired capacity changing the desired capacity from ${group.desired} to ${DesiredCapacity}.`,
    );
  },

  async DeleteAutoScalingGroup({ AutoScalingGroupName: name, ForceDelete }, ctx) {
    if (findGroup(name, ctx).members.length > 0 && !ForceDelete) throw resourceInUse();
    await deleteAlarms(policiesOf(name, ctx), ctx);
    ctx.store.transaction(() => {
      const group = findGroup(name, ctx);
      if (group.members.length > 0 && !ForceDelete) throw resourceInUse();
      deletePolicies(name, ctx);
      for (const action of [...ctx.store.collection(actionRecords).values({ prefix: [name] })])
        deleteAction(action, clock, ctx);
      if (group.members.length === 0) {
        ctx.store.collection(groupRecords).delete([name]);
        return;
      }
      saveGroup({ ...group, min: 0, desired: 0, isDeleting: true }, ctx);
      scaler.look(ctx, name, "a user request force-deleted the AutoScalingGroup.");
    });
  },

  async TerminateInstanceInAutoScalingGroup({ InstanceId, ShouldDecrementDesiredCapacity }, ctx) {
    const group = [...ctx.store.collection(groupRecords).values()].find(({ members }) =>
      members.some(({ id }) => id === InstanceId),
    );
    if (!group)
      throw validationError(
        `Instance Id not found - No managed instance found for instance ID: ${InstanceId}`,
      );
    await ctx.call("ec2", "TerminateInstances", { InstanceIds: [InstanceId] });
    ctx.store.transaction(() => {
      const current = findGroup(group.name, ctx);
      const members = current.members.filter(({ id }) => id !== InstanceId);
      const desired = ShouldDecrementDesiredCapacity
        ? Math.max(current.min, current.desired - 1)
        : current.desired;
      saveGroup({ ...current, members, desired }, ctx);
      scaler.look(
        ctx,
        group.name,
        `instance ${InstanceId} was taken out of service in response to a user request.`,
      );
    });
    return {};
  },

  DescribeAutoScalingGroups(input, ctx) {
    const {
      AutoScalingGroupNames: names = [],
      Filters = [],
      NextToken: token,
      MaxRecords: size = PAGE_SIZE,
      ...query
    } = input;
    const wanted = [...ctx.store.collection(groupRecords).values()].filter(
      (group) =>
        (names.length === 0 || names.includes(group.name)) &&
        Filters.every(({ Name = "", Values = [] }) => passes(group, Name, Values)),
    );
    const { items, nextToken } = page(wanted, ({ name }) => [name], {
      size,
      token,
      query: [names, Filters, query],
      refuse: invalidToken,
    });
    return { AutoScalingGroups: items.map(describeGroup), NextToken: nextToken };
  },

  DescribeAutoScalingInstances(input, ctx) {
    const { InstanceIds = [], NextToken: token, MaxRecords: size = PAGE_SIZE } = input;
    const members = [...ctx.store.collection(groupRecords).values()].flatMap((group) =>
      group.members
        .filter(({ id }) => InstanceIds.length === 0 || InstanceIds.includes(id))
        .map((member) => ({ group, member })),
    );
    const { items, nextToken } = page(
      members.sort((a, b) => (a.member.id < b.member.id ? -1 : 1)),
      ({ member }) => [member.id],
      { size, token, query: InstanceIds, refuse: invalidToken },
    );
    return {
      AutoScalingInstances: items.map(({ group, member }) => {
        const { HealthStatus, ...described } = describeMember(member, group);
        return { ...described, AutoScalingGroupName: group.name, HealthStatus: HealthStatus?.toUpperCase() };
      }) as AutoScaling.AutoScalingInstances,
      NextToken: nextToken,
    };
  },

  DescribeScalingActivities(input, ctx) {
    const { AutoScalingGroupName: name, ActivityIds = [], NextToken: token, MaxRecords: size = 100 } = input;
    const there = ctx.store.collection(activityRecords).values(name === undefined ? {} : { prefix: [name] });
    const wanted = [...there].filter(({ id }) => ActivityIds.length === 0 || ActivityIds.includes(id));
    const { items, nextToken } = page(wanted, ({ group, number }) => [group, number], {
      size,
      token,
      query: [name, ActivityIds],
      refuse: invalidToken,
    });
    return { Activities: items.map(describeActivity), NextToken: nextToken };
  },
});

/** @throws ValidationError for a desired capacity outside of the limits */
function sized(group: GroupRecord): GroupRecord {
  if (group.min > group.max)
    throw validationError("Max bound, MaxSize, must be greater than or equal to min bound, MinSize");
  if (group.desired < group.min)
    throw validationError(`Desired capacity:${group.desired} must be above min group size:${group.min}`);
  if (group.desired > group.max)
    throw validationError(`Desired capacity:${group.desired} must be below max group size:${group.max}`);
  return group;
}

interface Described {
  readonly Subnets: readonly { readonly SubnetId: string; readonly AvailabilityZone: string }[];
}

/** What instances are launched from, where an input says it. @throws ValidationError */
function templateOf({
  LaunchTemplate,
  MixedInstancesPolicy: mixed,
}: Pick<AutoScaling.CreateAutoScalingGroupType, "LaunchTemplate" | "MixedInstancesPolicy">):
  | Pick<GroupRecord, "template" | "mixed">
  | undefined {
  if (LaunchTemplate && mixed)
    throw validationError(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
    );
  if (LaunchTemplate) return { template: LaunchTemplate, mixed: undefined };
  if (!mixed) return undefined;
  const template = mixed.LaunchTemplate?.LaunchTemplateSpecification;
  if (!template)
    throw validationError(
      "LaunchTemplateSpecification is required in the LaunchTemplate of a MixedInstancesPolicy.",
    );
  return { template, mixed };
}

/** Whether there is such a template shows when it is launched: the group's activities tell. @throws ValidationError */
function checkTemplate({ Version = "" }: AutoScaling.LaunchTemplateSpecification): void {
  if (!/^(?:|\$Default|\$Latest|\d{1,15})$/.test(Version))
    throw validationError(
      "You must use a valid fully-formed launch template. Invalid launch template version: either '$Default', '$Latest', or a numeric version are allowed.",
    );
}

/** The zones that instances go to, and the subnet of each if they are given. @throws ValidationError */
async function placesOf(
  {
    VPCZoneIdentifier,
    AvailabilityZones = [],
  }: { VPCZoneIdentifier?: string; AvailabilityZones?: readonly string[] },
  ctx: Context,
): Promise<Pick<GroupRecord, "zones" | "subnets">> {
  if (VPCZoneIdentifier === undefined || VPCZoneIdentifier === "") {
    if (AvailabilityZones.length === 0)
      throw validationError("At least one Availability Zone or VPC Subnet is required.");
    return { zones: AvailabilityZones, subnets: [] };
  }
  const subnets = VPCZoneIdentifier.split(",").map((id) => id.trim());
  const { Subnets } = await ctx.call<Described>("ec2", "DescribeSubnets", { SubnetIds: subnets });
  const zoneOf = (id: string) => Subnets.find(({ SubnetId }) => SubnetId === id)?.AvailabilityZone ?? "";
  return { zones: subnets.map(zoneOf), subnets };
}

function passes({ tags }: GroupRecord, name: string, values: readonly string[]): boolean {
  const key = /^tag:(.+)$/.exec(name)?.[1];
  if (key !== undefined) return Object.hasOwn(tags, key) && values.includes(tags[key] ?? "");
  if (name === "tag-key") return values.some((value) => Object.hasOwn(tags, value));
  if (name === "tag-value") return Object.values(tags).some((value) => values.includes(value));
  throw validationError(`Invalid Filter name: ${name}`);
}
