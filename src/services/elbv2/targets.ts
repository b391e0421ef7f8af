import { isIP, isIPv4 } from "node:net";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { loopbackFor } from "../../processes/loopback-address.ts";
import { readArn } from "./arns.ts";
import { invalidTarget, validationError } from "./errors.ts";
import { addressOfBalancer, findBalancer } from "./load-balancer.ts";
import type { Balancers } from "./running/balancers.ts";
import { forgetDrained, keyOfTarget, type TargetRecord, targets, targetsOf } from "./target.ts";
import { findTargetGroup, type TargetGroupRecord } from "./target-group.ts";
import { attributeOfGroup } from "./target-group-attributes.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html and its neighbours */
export const targetHandlers = (balancers: Balancers): Handlers<ELB.Operations> => ({
  async RegisterTargets(input, ctx) {
    const group = findTargetGroup(input.TargetGroupArn, ctx);
    if (input.Targets.length === 0) throw validationError("At least one target must be specified");
    const found = await Promise.all(input.Targets.map((target) => placed(target, group, ctx)));
    return ctx.store.transaction(() => {
      findTargetGroup(input.TargetGroupArn, ctx);
      const kept = ctx.store.collection(targets);
      forgetDrained(group, ctx.store, ctx.clock.now());
      if (
        group.targetType === "lambda" &&
        targetsOf(group, ctx.store, ctx.clock.now()).length + found.length > 1
      )
        refuseSecondFunction(group, found, ctx);
      for (const target of found) {
        const known = kept.get(keyOfTarget(target));
        // One that drains is taken back; one that is registered stays as it is.
        if (!known || known.gone) kept.put(keyOfTarget(target), target);
      }
      balancers.look(ctx);
      return {};
    });
  },

  DeregisterTargets(input, ctx) {
    const group = findTargetGroup(input.TargetGroupArn, ctx);
    const nowMs = ctx.clock.now();
    forgetDrained(group, ctx.store, nowMs);
    const there = targetsOf(group, ctx.store, nowMs);
    const meant = input.Targets.map(({ Id, Port }) => {
      const of = there.filter(({ id, port }) => id === Id && (Port === undefined || port === Port));
      if (of.length === 0 && group.targetType === "lambda")
        throw invalidTarget(`The following targets are not registered: '${Id}'`);
      return of;
    });
    const isUsed = balancers.isUsed(ctx, group);
    const delayMs = Number(attributeOfGroup(group, "deregistration_delay.timeout_seconds")) * 1000;
    for (const target of meant.flat()) {
      if (target.gone) continue;
      const atMs = nowMs + (isUsed && group.targetType !== "lambda" ? delayMs : 0);
      const kept = ctx.store.collection(targets);
      if (atMs === nowMs) kept.delete(keyOfTarget(target));
      else kept.put(keyOfTarget(target), { ...target, gone: { atMs } });
    }
    balancers.look(ctx);
    return {};
  },

  DescribeTargetHealth(input, ctx) {
    const group = findTargetGroup(input.TargetGroupArn, ctx);
    const there = targetsOf(group, ctx.store, ctx.clock.now());
    const tell = (target: TargetRecord) => described(target, group, balancers, ctx);
    if (!input.Targets?.length) return { TargetHealthDescriptions: there.map(tell) };
    const isFunction = group.targetType === "lambda";
    return {
      TargetHealthDescriptions: input.Targets.map(({ Id, Port = group.port }) => {
        const one = there.find(({ id, port }) => id === Id && (isFunction || port === Port));
        return one ? tell(one) : notRegistered(Id, Port);
      }),
    };
  },
});

function described(
  target: TargetRecord,
  group: TargetGroupRecord,
  balancers: Balancers,
  ctx: Context,
): ELB.TargetHealthDescription {
  const { id, port, zoneGiven } = target;
  const { check } = group;
  const isFunction = group.targetType === "lambda";
  return {
    Target: {
      Id: id,
      ...(!isFunction && { Port: port }),
      ...(zoneGiven !== undefined && { AvailabilityZone: zoneGiven }),
    },
    ...(!isFunction && { HealthCheckPort: check.port === "traffic-port" ? String(port) : check.port }),
    TargetHealth: balancers.healthOf(ctx, group, target),
  };
}

const notRegistered = (Id: string, Port: number | undefined): ELB.TargetHealthDescription => ({
  Target: { Id, ...(Port !== undefined && { Port }) },
  TargetHealth: {
    State: "unused",
    Reason: "Target.NotRegistered",
    Description: "Target is not registered to the target group",
  },
});

/** @throws InvalidTarget, ValidationError */
async function placed(
  { Id: id, Port, AvailabilityZone }: ELB.TargetDescription,
  group: TargetGroupRecord,
  ctx: Context,
): Promise<TargetRecord> {
  const where = await PLACES[group.targetType](id, AvailabilityZone, group, ctx);
  return {
    group: group.name,
    id,
    port: group.targetType === "lambda" ? 0 : (Port ?? group.port ?? 0),
    ...(AvailabilityZone !== undefined && { zoneGiven: AvailabilityZone }),
    ...where,
    registeredMs: ctx.clock.now(),
  };
}

type Where = Pick<TargetRecord, "zone" | "address" | "subnetId">;

const PLACES: Readonly<
  Record<
    TargetGroupRecord["targetType"],
    (id: string, zone: string | undefined, group: TargetGroupRecord, ctx: Context) => Promise<Where> | Where
  >
> = {
  async instance(id, zone, group, ctx) {
    // A container instance of ECS's is a share of this machine: EC2 does not know it, and ECS says where it is.
    if (ctx.caller.arn === "ecs.amazonaws.com")
      return { address: "127.0.0.1", ...(zone !== undefined && { zone }) };
    if (!/^i-[0-9a-f]{8,17}$/.test(id)) throw validationError(`Instance ID '${id}' is not valid`);
    const instance = await instanceOf(id, ctx);
    if (!instance) throw invalidTarget(`The following targets are not valid instances: '${id}'`);
    if (instance.VpcId !== group.vpcId)
      throw invalidTarget(`The following targets are not in the target group VPC '${group.vpcId}': '${id}'`);
    if (instance.State?.Name !== "running" && instance.State?.Name !== "pending")
      throw invalidTarget(
        `The following targets are not in a running state and cannot be registered: '${id}'`,
      );
    return {
      address: loopbackFor(instance.PrivateIpAddress ?? ""),
      zone: instance.Placement?.AvailabilityZone ?? "",
      ...(instance.SubnetId !== undefined && { subnetId: instance.SubnetId }),
    };
  },

  async ip(id, zone, group, ctx) {
    if (isIP(id) === 0) throw validationError(`The IP address '${id}' is not a valid IPv4 or IPv6 address`);
    // Who listens on this machine says where it is.
    if (zone !== undefined && zone !== "all") return { address: id, zone };
    const subnet = isIPv4(id) && group.vpcId !== undefined ? await subnetOf(id, group.vpcId, ctx) : undefined;
    if (!subnet) return { address: id };
    return {
      address: loopbackFor(id),
      zone: subnet.AvailabilityZone ?? "",
      ...(subnet.SubnetId !== undefined && { subnetId: subnet.SubnetId }),
    };
  },

  lambda(id) {
    if (!/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:/.test(id))
      throw validationError(`'${id}' is not a valid Lambda function ARN`);
    return { address: id };
  },

  alb(id, _zone, _group, ctx) {
    if (readArn(id)?.kind !== "loadbalancer" || findBalancer(id, ctx).type !== "application")
      throw invalidTarget(`'${id}' is not an application load balancer`);
    return { address: addressOfBalancer(ctx, findBalancer(id, ctx)) };
  },
};

async function instanceOf(id: string, ctx: Context): Promise<EC2.Instance | undefined> {
  const { Reservations = [] } = await ctx
    .call<EC2.DescribeInstancesResult>("ec2", "DescribeInstances", { InstanceIds: [id] })
    .catch((error: unknown): EC2.DescribeInstancesResult => {
      if (error instanceof AwsError && error.code.startsWith("InvalidInstanceID.")) return {};
      throw error;
    });
  return Reservations[0]?.Instances?.[0];
}

/** The subnet of a VPC that an address is in. */
async function subnetOf(address: string, vpcId: string, ctx: Context): Promise<EC2.Subnet | undefined> {
  const { Subnets = [] } = await ctx.call<EC2.DescribeSubnetsResult>("ec2", "DescribeSubnets", {
    Filters: [{ Name: "vpc-id", Values: [vpcId] }],
  });
  return Subnets.find(({ CidrBlock = "" }) => isWithin(address, CidrBlock));
}

export function isWithin(address: string, block: string): boolean {
  const [base = "", bits = "32"] = block.split("/");
  const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}

/** A target group has one function. @throws InvalidTarget */
function refuseSecondFunction(
  group: TargetGroupRecord,
  found: readonly TargetRecord[],
  { store, clock }: Context,
): void {
  const ids = new Set([...targetsOf(group, store, clock.now()), ...found].map(({ id }) => id));
  if (ids.size > 1)
    throw invalidTarget("Target groups with target type 'lambda' can have only one registered target");
}
