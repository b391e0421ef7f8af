import { parseArn } from "../../core/arn.ts";
import type { FaultMatch, FaultRuleInput } from "../../core/fault.ts";
import { behindLast } from "../../core/text.ts";
import { ActionFailure, type ActionRun, type TargetResource } from "./action.ts";
import { servicesNamed } from "./service-names.ts";

/*
 * Faults on networks. A call's network is where the code runs that makes it (a function's environment, a task), and that its
 * credentials tell; nothing has to be done to packets, and nobody has to be root.
 */

/** What a disrupted network does to a call. */
const CUT = { effect: "partition" } as const satisfies Pick<FaultRuleInput, "effect">;

/** Lets no call through that matches, as long as the action lasts. */
export function cut(run: ActionRun, match: FaultMatch): undefined {
  run.addRule({ ...CUT, match });
}

export interface Subnet {
  readonly SubnetId: string;
  readonly VpcId: string;
  readonly AvailabilityZone: string;
}

export interface Endpoint {
  readonly VpcEndpointId: string;
  readonly VpcEndpointType: string;
  readonly VpcId: string;
  readonly ServiceName: string;
  readonly SubnetIds?: readonly string[];
  readonly PrivateDnsEnabled?: boolean;
}

/** The accounts that targets are in: only there does EC2 know anything of them. */
export const accountsOf = (targets: readonly Pick<TargetResource, "account">[]): readonly string[] => [
  ...new Set(targets.map(({ account }) => account)),
];

/** What EC2 describes of targets, in their accounts. */
export async function described<T>(
  run: ActionRun,
  targets: readonly TargetResource[],
  operation: string,
  ids: string,
  items: string,
): Promise<(T & { readonly account: string })[]> {
  const found: (T & { readonly account: string })[] = [];
  for (const account of accountsOf(targets)) {
    const input = {
      [ids]: targets.filter((target) => target.account === account).map(({ arn }) => behindLast("/", arn)),
    };
    const output = await run.call<Record<string, T[]>>("ec2", operation, input, { account });
    for (const item of output[items] ?? []) found.push({ ...item, account });
  }
  return found;
}

/** The interface endpoints of a VPC. */
export async function interfaceEndpoints(
  run: ActionRun,
  vpcId: string,
  account: string,
): Promise<readonly Endpoint[]> {
  const Filters = [
    { Name: "vpc-id", Values: [vpcId] },
    { Name: "vpc-endpoint-type", Values: ["Interface"] },
  ];
  const { VpcEndpoints = [] } = await run.call<{ VpcEndpoints?: Endpoint[] }>(
    "ec2",
    "DescribeVpcEndpoints",
    { Filters },
    { account },
  );
  return VpcEndpoints;
}

/** Names of endpoint services that are none of the service's own. */
const ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  "kinesis-streams": ["kinesis"],
  "kinesis-firehose": ["firehose"],
  "sync-states": ["stepfunctions"],
  "ecr.api": ["ecr"],
  elasticloadbalancing: ["elb", "elbv2"],
  dynamodb: ["dynamodb"],
  "dynamodb-streams": ["dynamodbstreams"],
  s3: ["s3", "s3control"],
};

/** The services whose calls go through an endpoint: `com.amazonaws.us-east-1.sqs` → `sqs`. */
export function servicesBehind({ ServiceName }: Pick<Endpoint, "ServiceName">): readonly string[] {
  const name = ServiceName.split(".").slice(3).join(".");
  return ENDPOINTS[name] ?? servicesNamed(name);
}

/** @throws ActionFailure for a Region that is the experiment's own */
export function otherRegion(run: ActionRun): string {
  const { region = "" } = run.parameters;
  if (region === run.experiment.region)
    throw new ActionFailure(
      `The Region ${region} is the experiment's own: there is nothing across Regions to disrupt.`,
    );
  return region;
}

/** `pl-63a5400a`, of an id or an ARN. */
export const prefixListId = (identifier: string): string =>
  parseArn(identifier) === undefined ? identifier : behindLast("/", identifier);
