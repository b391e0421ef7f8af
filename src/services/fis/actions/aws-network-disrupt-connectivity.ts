import { behindLast } from "../../../core/text.ts";
import { ActionFailure, type ActionRun, type FisAction } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";
import {
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
  how: "Calls of functions that run in the subnets wait until the end: all of them; those to DynamoDB, S3 or directory buckets; those to a prefix list's service; those that leave the VPC (through no interface endpoint); those through an interface endpoint in other zones only.",
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
        return cut(run, { subnet });
      case "dynamodb":
        return cut(run, { subnet, region, service: ["dynamodb", "dynamodbstreams"] });
      case "s3":
        return cut(run, { subnet, region, service: ["s3", "s3control"], input: `!(${IS_DIRECTORY})` });
      case "s3express":
        return cut(run, { subnet, region, service: "s3", input: IS_DIRECTORY });
      case "prefix-list":
        return cutFromList(run, subnet);
      default:
        return cutFromNetworks(run, subnets, scope === "availability-zone");
    }
  },
};

/** A call on a directory bucket: its name says so. */
const IS_DIRECTORY = "Bucket && ends_with(Bucket, '--x-s3')";

/** @throws ActionFailure for a list of addresses that are none of AWS's */
async function cutFromList(run: ActionRun, subnet: readonly string[]): Promise<undefined> {
  const id = prefixListId(run.parameters["prefixListIdentifier"] ?? "");
  const { PrefixLists = [] } = await run.call<{
    PrefixLists?: { PrefixListName: string; OwnerId: string }[];
  }>("ec2", "DescribeManagedPrefixLists", { PrefixListIds: [id] });
  const [list] = PrefixLists;
  if (list?.OwnerId !== "AWS")
    throw new ActionFailure(
      `The prefix list ${id} holds addresses of your own: Squall has no part in what goes there, and disrupts the lists of AWS's services only.`,
    );
  const services = servicesBehind({ ServiceName: list.PrefixListName });
  cut(run, { subnet, region: run.experiment.region, service: services });
  return undefined;
}

/** What a subnet does not reach when it is cut off from what lies outside of its VPC, or in the VPC's other zones. */
async function cutFromNetworks(
  run: ActionRun,
  subnets: readonly Subnet[],
  onlyFromOtherZones: boolean,
): Promise<undefined> {
  const zoneOf = await zones(run, subnets);
  for (const { SubnetId, VpcId, AvailabilityZone } of subnets) {
    const endpoints = (await interfaceEndpoints(run, VpcId)).filter((endpoint) => endpoint.PrivateDnsEnabled);
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
async function zones(run: ActionRun, subnets: readonly Subnet[]): Promise<ReadonlyMap<string, string>> {
  const Filters = [{ Name: "vpc-id", Values: [...new Set(subnets.map(({ VpcId }) => VpcId))] }];
  const { Subnets = [] } = await run.call<{ Subnets?: Subnet[] }>("ec2", "DescribeSubnets", { Filters });
  return new Map(Subnets.map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]));
}

export default action;
