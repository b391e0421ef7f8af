import { begin } from "../../aws/lifecycle.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { balancerArn } from "./arns.ts";
import { attributeList, changedAttributes } from "./attributes.ts";
import { attributeOf, BALANCER_ATTRIBUTES } from "./balancer-attributes.ts";
import {
  deletionProtected,
  duplicateLoadBalancer,
  invalidConfiguration,
  loadBalancersNotFound,
  validationError,
} from "./errors.ts";
import { balancerLifecycle } from "./lifecycle.ts";
import { listeners } from "./listener.ts";
import {
  describeBalancer,
  describeZones,
  findBalancer,
  type LoadBalancerRecord,
  loadBalancers,
  saveBalancer,
} from "./load-balancer.ts";
import { checkName } from "./names.ts";
import { checkSecurityGroups, defaultGroup, placesIn } from "./network.ts";
import { pageBy } from "./pages.ts";
import { rules } from "./rule.ts";
import type { Balancers } from "./running/balancers.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html and its neighbours */
export const balancerHandlers = (balancers: Balancers): Handlers<ELB.Operations> => ({
  async CreateLoadBalancer(input, ctx) {
    const { Name: name, Scheme = "internet-facing", IpAddressType = "ipv4" } = input;
    const type = typeOf(input.Type);
    checkName("Load balancer", name);
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html; the text is inferred.
    if (name.startsWith("internal-"))
      throw validationError(`Load balancer name '${name}' cannot begin with 'internal-'`);
    const tags = tagging.read(input.Tags as { Key: string }[] | undefined);
    const places = await placesIn(input, type, ctx);
    const securityGroups = await groupsFor(input.SecurityGroups, type, places.vpcId, ctx);
    return ctx.store.transaction(() => {
      const known = ctx.store.collection(loadBalancers).get([name]);
      const asked = { type, isInternal: Scheme === "internal", ...places, securityGroups };
      if (known) {
        if (!isSame(known, asked)) throw duplicateLoadBalancer(name);
        return { LoadBalancers: [describeBalancer(known, ctx, ctx.host)] };
      }
      const id = ctx.random.hex(16);
      const number = type === "application" ? String(1e9 + ctx.random.integer(9e9 - 1e9)) : id;
      const made = {
        name,
        id,
        ...asked,
        label: `${asked.isInternal ? "internal-" : ""}${name}-${number}`,
        ipAddressType: IpAddressType,
        attributes: {},
        createdMs: ctx.clock.now(),
        tags,
      };
      const arn = balancerArn(ctx, made);
      const transition = begin(balancerLifecycle, "provisioning", arn, ctx, ctx);
      const balancer = saveBalancer({ ...made, transition }, ctx);
      balancers.look(ctx);
      // It is told as on its way in any case.
      return {
        LoadBalancers: [{ ...describeBalancer(balancer, ctx, ctx.host), State: { Code: "provisioning" } }],
      };
    });
  },

  DescribeLoadBalancers(input, ctx) {
    const { LoadBalancerArns: arns = [], Names: names = [] } = input;
    if (arns.length > 0 && names.length > 0)
      throw validationError(
        "Load balancer names and load balancer ARNs cannot be specified at the same time",
      );
    const all = [...ctx.store.collection(loadBalancers).values()];
    const wanted = all.filter(
      (one) =>
        (arns.length === 0 || arns.includes(balancerArn(ctx, one))) &&
        (names.length === 0 || names.includes(one.name)),
    );
    const missing = [
      ...arns.filter((arn) => !wanted.some((one) => balancerArn(ctx, one) === arn)),
      ...names.filter((name) => !wanted.some((one) => one.name === name)),
    ];
    if (missing.length > 0) throw loadBalancersNotFound(missing);
    const { items, NextMarker } = pageBy(wanted, ({ name }) => name, input, ctx.operation);
    return { LoadBalancers: items.map((one) => describeBalancer(one, ctx, ctx.host)), NextMarker };
  },

  /** One that is not there is deleted. */
  DeleteLoadBalancer({ LoadBalancerArn: arn }, ctx) {
    const balancer = [...ctx.store.collection(loadBalancers).values()].find(
      (one) => balancerArn(ctx, one) === arn,
    );
    if (!balancer) return;
    if (attributeOf(balancer, "deletion_protection.enabled") === "true") throw deletionProtected(arn);
    ctx.store.collection(rules).clear({ prefix: [balancer.name] });
    ctx.store.collection(listeners).clear({ prefix: [balancer.name] });
    ctx.store.collection(loadBalancers).delete([balancer.name]);
    balancers.look(ctx);
  },

  DescribeLoadBalancerAttributes({ LoadBalancerArn }, ctx) {
    const { type, attributes } = findBalancer(LoadBalancerArn, ctx);
    return { Attributes: attributeList(BALANCER_ATTRIBUTES[type], attributes) };
  },

  ModifyLoadBalancerAttributes({ LoadBalancerArn, Attributes }, ctx) {
    const balancer = findBalancer(LoadBalancerArn, ctx);
    const known = BALANCER_ATTRIBUTES[balancer.type];
    const attributes = changedAttributes("Load balancer", known, balancer.attributes, Attributes);
    saveBalancer({ ...balancer, attributes }, ctx);
    balancers.look(ctx);
    return { Attributes: attributeList(known, attributes) };
  },

  async SetSubnets(input, ctx) {
    const { type } = findBalancer(input.LoadBalancerArn, ctx);
    const places = await placesIn(input, type, ctx);
    return ctx.store.transaction(() => {
      const balancer = findBalancer(input.LoadBalancerArn, ctx);
      if (places.vpcId !== balancer.vpcId)
        throw invalidConfiguration("All subnets must belong to the VPC of the load balancer");
      const changed = saveBalancer(
        { ...balancer, ...places, ipAddressType: input.IpAddressType ?? balancer.ipAddressType },
        ctx,
      );
      balancers.look(ctx);
      return { AvailabilityZones: describeZones(changed, ctx), IpAddressType: changed.ipAddressType };
    });
  },

  async SetSecurityGroups(input, ctx) {
    const { type, vpcId } = findBalancer(input.LoadBalancerArn, ctx);
    if (input.SecurityGroups.length === 0)
      throw validationError("At least one security group must be specified");
    const securityGroups = await groupsFor(input.SecurityGroups, type, vpcId, ctx);
    return ctx.store.transaction(() => {
      saveBalancer({ ...findBalancer(input.LoadBalancerArn, ctx), securityGroups }, ctx);
      return { SecurityGroupIds: [...securityGroups] };
    });
  },

  SetIpAddressType({ LoadBalancerArn, IpAddressType }, ctx) {
    const balancer = findBalancer(LoadBalancerArn, ctx);
    saveBalancer({ ...balancer, ipAddressType: IpAddressType }, ctx);
    return { IpAddressType };
  },
});

/** @throws ValidationError */
function typeOf(given = "application"): LoadBalancerRecord["type"] {
  if (given === "application" || given === "network") return given;
  throw validationError(
    `Squall serves load balancers of the types application and network, and none of the type ${given}.`,
  );
}

/** A network load balancer need not have any. */
async function groupsFor(
  given: readonly string[] | undefined,
  type: LoadBalancerRecord["type"],
  vpcId: string,
  ctx: Context,
): Promise<readonly string[]> {
  if (given && given.length > 0) return await checkSecurityGroups(given, ctx);
  return type === "network" ? [] : await defaultGroup(vpcId, ctx);
}

type Asked = Pick<LoadBalancerRecord, "type" | "isInternal" | "zones" | "securityGroups">;

/** Is one of that name what is asked for anyway? */
function isSame(known: LoadBalancerRecord, asked: Asked): boolean {
  const subnets = ({ zones }: Asked) => zones.map(({ subnetId }) => subnetId).sort();
  return (
    known.type === asked.type &&
    known.isInternal === asked.isInternal &&
    subnets(known).join() === subnets(asked).join() &&
    [...known.securityGroups].sort().join() === [...asked.securityGroups].sort().join()
  );
}
