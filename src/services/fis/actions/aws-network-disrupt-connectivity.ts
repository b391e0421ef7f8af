import { behindLast } from "../../../core/text.ts";
import { ActionFailure, type ActionRun, type FisAction, type TargetResource } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";
import {
  accountsOf,
  cut,
  described,
  interfaceEndpoints,
  prefixListId,
  type Subnet,
  servicesBehind,
} from "../networks.ts";

const action: FisAction = {
  id: "aws:network:disrupt-connectivity",
  description: "Deny traffic to and from the target subnets.",
  how: "Calls of functions that run in the subnets wait until the end: all of them; those to DynamoDB, S3 or directory buckets; those to a prefix list's service; those that leave the VPC (through no interface endpoint); those through an interface endpoint in other zones only. Where it is all of them, load balancers do not reach their targets there.",
  permissions: [
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "ReplaceNetworkAclAssociation",
  ].map((name) => ({ action: `ec2:${name}`, on: { target: "Subnets" } })),
  targets: { Subnets: "aws:ec2:subnet" },
  targetQuota: 5,
  parameters: {
    scope: {
      type: "string",
      description: "Which traffic is denied.",
      required: true,
      values: ["all", "availability-zone", "dynamodb", "prefix-list", "s3", "s3express", "vpc"],
    },
    duration: DURATION,
    prefixListIdentifier: {
      type: "string",
      description: "Prefix list, by ARN or id; needed for the scope prefix-list.",
    },
  },

  check: ({ scope, prefixListIdentifier }) =>
    scope === "prefix-list" && prefixListIdentifier === undefined
      ? "The scope prefix-list needs a prefixListIdentifier"
      : undefined,

  async start(run) {
    const targets = run.targets("Subnets") ?? [];
    const subnet = targets.map(({ arn }) => behindLast("/", arn));
    const { region } = run.experiment;
    const { scope } = run.parameters;
    const subnets = await described<Subnet>(run, targets, "DescribeSubnets", "SubnetIds", "Subnets");
    switch (scope) {
      case "all":
        cut(run, { subnet });
        run.addRule({
          point: "elbv2:target",
          effect: "unreachable",
          match: { input: `contains(\`${JSON.stringify(subnet)}\`, SubnetId)` },
        });
        return undefined;
      case "dynamodb":
        return cut(run, { subnet, region, service: ["dynamodb", "dynamodbstreams"] });
      case "s3":
        return cut(run, { subnet, region, service: ["s3", "s3control"], input: `!(${IS_DIRECTORY})` });
      case "s3express":
        return cut(run, { subnet, region, service: "s3", input: IS_DIRECTORY });
      case "prefix-list":
        return cutFromList(run, targets);
      default:
        return cutFromNetworks(run, subnets, scope === "availability-zone");
    }
  },
};

/** A call on a directory bucket: its name says so. */
const IS_DIRECTORY = "Bucket && ends_with(Bucket, '--x-s3')";

/** @throws ActionFailure for a list of addresses that are none of AWS's */
async function cutFromList(run: ActionRun, targets: readonly TargetResource[]): Promise<undefined> {
  const id = prefixListId(run.parameters["prefixListIdentifier"] ?? "");
  for (const account of accountsOf(targets)) {
    const { PrefixLists = [] } = await run.call<{
      PrefixLists?: { PrefixListName: string; OwnerId: string }[];
    }>("ec2", "DescribeManagedPrefixLists", { PrefixListIds: [id] }, { account });
    const [list] = PrefixLists;
    if (list?.OwnerId !== "AWS")
      throw new ActionFailure(
        `The prefix list ${id} holds addresses of your own: Squall has no part in what goes there, and disrupts the lists of AWS's services only.`,
      );
    const there = targets.filter((target) => target.account === account);
    cut(run, {
      subnet: there.map(({ arn }) => behindLast("/", arn)),
      region: run.experiment.region,
      service: servicesBehind({ ServiceName: list.PrefixListName }),
    });
  }
  return undefined;
}

type TargetSubnet = Subnet & Pick<TargetResource, "account">;

/** What a subnet does not reach when it is cut off from what lies outside of its VPC, or in the VPC's other zones. */
async function cutFromNetworks(
  run: ActionRun,
  subnets: readonly TargetSubnet[],
  onlyFromOtherZones: boolean,
): Promise<undefined> {
  const zoneOf = await zones(run, subnets);
  for (const { SubnetId, VpcId, AvailabilityZone, account } of subnets) {
    const all = await interfaceEndpoints(run, VpcId, account);
    const endpoints = all.filter((endpoint) => endpoint.PrivateDnsEnabled);
    if (onlyFromOtherZones) {
      const far = endpoints.filter(({ SubnetIds = [] }) =>
        SubnetIds.every((id) => zoneOf.get(id) !== AvailabilityZone),
      );
      if (far.length > 0) cut(run, { subnet: SubnetId, service: far.flatMap(servicesBehind) });
    } else {
      const inside = endpoints.flatMap(servicesBehind).map((service) => `!${service}`);
      cut(run, { subnet: SubnetId, ...(inside.length > 0 && { service: inside }) });
    }
  }
  return undefined;
}

/** The zone of every subnet in the VPCs of these. */
async function zones(run: ActionRun, subnets: readonly TargetSubnet[]): Promise<ReadonlyMap<string, string>> {
  const zoneOf = new Map<string, string>();
  for (const account of accountsOf(subnets)) {
    const vpcs = new Set(subnets.filter((subnet) => subnet.account === account).map(({ VpcId }) => VpcId));
    const input = { Filters: [{ Name: "vpc-id", Values: [...vpcs] }] };
    const output = await run.call<{ Subnets?: Subnet[] }>("ec2", "DescribeSubnets", input, { account });
    for (const { SubnetId, AvailabilityZone } of output.Subnets ?? []) zoneOf.set(SubnetId, AvailabilityZone);
  }
  return zoneOf;
}

export default action;
