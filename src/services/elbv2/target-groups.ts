import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { targetGroupArn } from "./arns.ts";
import { attributeList, changedAttributes } from "./attributes.ts";
import { duplicateTargetGroup, targetGroupInUse, targetGroupsNotFound, validationError } from "./errors.ts";
import { changedCheck, newCheck } from "./health-check.ts";
import { findBalancer } from "./load-balancer.ts";
import { checkName } from "./names.ts";
import { pageBy } from "./pages.ts";
import type { Balancers } from "./running/balancers.ts";
import { tagging } from "./tags.ts";
import { targets } from "./target.ts";
import {
  describeTargetGroup,
  findTargetGroup,
  isHttp,
  saveTargetGroup,
  type TargetGroupRecord,
  targetGroups,
} from "./target-group.ts";
import { attributesOf } from "./target-group-attributes.ts";
import { balancersOfGroup, namesOfBalancers } from "./usage.ts";

const PROTOCOLS = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"];

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html and its neighbours */
export const targetGroupHandlers = (balancers: Balancers): Handlers<ELB.Operations> => ({
  async CreateTargetGroup(input, ctx) {
    const { Name: name, TargetType: targetType = "instance" } = input;
    checkName("Target group", name);
    const of = await kindOf(targetType as TargetGroupRecord["targetType"], input, ctx);
    const tags = tagging.read(input.Tags as { Key: string }[] | undefined);
    return ctx.store.transaction(() => {
      const made: TargetGroupRecord = {
        name,
        id: ctx.random.hex(16),
        ...of,
        ipAddressType: input.IpAddressType ?? "ipv4",
        check: newCheck(of, input),
        attributes: {},
        tags,
      };
      const known = ctx.store.collection(targetGroups).get([name]);
      if (known && !isSame(known, made)) throw duplicateTargetGroup(name);
      return { TargetGroups: [describe(known ?? saveTargetGroup(made, ctx), ctx)] };
    });
  },

  DescribeTargetGroups(input, ctx) {
    const { LoadBalancerArn, TargetGroupArns: arns = [], Names: names = [] } = input;
    if ([LoadBalancerArn !== undefined, arns.length > 0, names.length > 0].filter(Boolean).length > 1)
      throw validationError(
        "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time",
      );
    const balancer = LoadBalancerArn === undefined ? undefined : findBalancer(LoadBalancerArn, ctx);
    const all = [...ctx.store.collection(targetGroups).values()];
    const wanted = all.filter((group) => {
      const arn = targetGroupArn(ctx, group);
      return (
        (arns.length === 0 || arns.includes(arn)) &&
        (names.length === 0 || names.includes(group.name)) &&
        (balancer === undefined || namesOfBalancers(arn, ctx.store).includes(balancer.name))
      );
    });
    const missing = [
      ...arns.filter((arn) => !wanted.some((group) => targetGroupArn(ctx, group) === arn)),
      ...names.filter((name) => !wanted.some((group) => group.name === name)),
    ];
    if (missing.length > 0) throw targetGroupsNotFound(missing);
    const { items, NextMarker } = pageBy(wanted, ({ name }) => name, input, ctx.operation);
    return { TargetGroups: items.map((group) => describe(group, ctx)), NextMarker };
  },

  ModifyTargetGroup(input, ctx) {
    const group = findTargetGroup(input.TargetGroupArn, ctx);
    const changed = saveTargetGroup({ ...group, check: changedCheck(group, group.check, input) }, ctx);
    balancers.look(ctx);
    return { TargetGroups: [describe(changed, ctx)] };
  },

  /** One that is not there is deleted. */
  DeleteTargetGroup({ TargetGroupArn }, ctx) {
    const group = [...ctx.store.collection(targetGroups).values()].find(
      (one) => targetGroupArn(ctx, one) === TargetGroupArn,
    );
    if (!group) return;
    if (namesOfBalancers(TargetGroupArn, ctx.store).length > 0) throw targetGroupInUse(TargetGroupArn);
    ctx.store.collection(targets).clear({ prefix: [group.name] });
    ctx.store.collection(targetGroups).delete([group.name]);
    balancers.look(ctx);
    return {};
  },

  DescribeTargetGroupAttributes({ TargetGroupArn }, ctx) {
    const group = findTargetGroup(TargetGroupArn, ctx);
    return { Attributes: attributeList(attributesOf(group), group.attributes) };
  },

  ModifyTargetGroupAttributes({ TargetGroupArn, Attributes }, ctx) {
    const group = findTargetGroup(TargetGroupArn, ctx);
    const known = attributesOf(group);
    const attributes = changedAttributes("Target group", known, group.attributes, Attributes);
    saveTargetGroup({ ...group, attributes }, ctx);
    return { Attributes: attributeList(known, attributes) };
  },
});

const describe = (group: TargetGroupRecord, ctx: Context): ELB.TargetGroup =>
  describeTargetGroup(group, ctx, balancersOfGroup(targetGroupArn(ctx, group), ctx));

type Kind = Pick<TargetGroupRecord, "targetType" | "protocol" | "protocolVersion" | "port" | "vpcId">;

/** @throws ValidationError */
async function kindOf(
  targetType: TargetGroupRecord["targetType"],
  input: ELB.CreateTargetGroupInput,
  ctx: Context,
): Promise<Kind> {
  const { Protocol: protocol, Port: port, VpcId: vpcId } = input;
  if (targetType === "lambda") {
    for (const [name, value] of Object.entries({ Protocol: protocol, Port: port, "VPC ID": vpcId }))
      if (value !== undefined)
        throw validationError(`${name} cannot be specified for target groups with target type 'lambda'`);
    return { targetType };
  }
  if (protocol === undefined) throw validationError("A protocol must be specified");
  if (!PROTOCOLS.includes(protocol))
    throw validationError(`Squall serves no target groups with the ${protocol} protocol.`);
  if (port === undefined) throw validationError("A port must be specified");
  if (vpcId === undefined) throw validationError("A VPC ID must be specified");
  if (targetType === "alb" && protocol !== "TCP")
    throw validationError("The protocol of a target group with target type 'alb' must be TCP");
  await checkVpc(vpcId, ctx);
  return {
    targetType,
    protocol,
    port,
    vpcId,
    ...(isHttp(protocol) && { protocolVersion: input.ProtocolVersion ?? "HTTP1" }),
  };
}

/** @throws ValidationError */
async function checkVpc(id: string, ctx: Context): Promise<void> {
  const { Vpcs = [] } = await ctx.call<EC2.DescribeVpcsResult>("ec2", "DescribeVpcs", {
    Filters: [{ Name: "vpc-id", Values: [id] }],
  });
  if (Vpcs.length === 0) throw validationError(`The VPC ID '${id}' is not found`);
}

/** Is one of that name what is asked for anyway? */
function isSame(known: TargetGroupRecord, made: TargetGroupRecord): boolean {
  const told = ({ targetType, protocol, protocolVersion, port, vpcId, check }: TargetGroupRecord) =>
    JSON.stringify([targetType, protocol, protocolVersion, port, vpcId, check]);
  return told(known) === told(made);
}
