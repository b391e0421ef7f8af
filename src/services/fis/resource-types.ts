/** A parameter of a target. */
interface TargetParameter {
  readonly description: string;
  readonly required?: boolean;
  /** What of a resource it must be: paths in what the service's Describe operation answers. Absent: an action reads it. */
  readonly is?: readonly string[];
  /** Several values with commas between them, or `all`. */
  readonly isList?: true;
}

/** A type of resource that experiments can target. https://docs.aws.amazon.com/fis/latest/userguide/targets.html */
export interface TargetResourceType {
  readonly description: string;
  readonly parameters?: Readonly<Record<string, TargetParameter>>;
  /** Targets are picked by parameters: ARNs and tags are refused. */
  readonly byParametersOnly?: boolean;
  /** Names that older templates use. */
  readonly formerNames?: readonly string[];
}

const ZONE = { description: "Availability Zone, by name or id." };

export const RESOURCE_TYPES: Readonly<Record<string, TargetResourceType>> = {
  "aws:arc:zonal-shift-managed-resource": { description: "A resource managed by ARC zonal shift" },
  "aws:directconnect:virtual-interface": { description: "An AWS Direct Connect virtual interface" },
  "aws:dsql:cluster": { description: "An Amazon Aurora DSQL cluster" },
  "aws:dynamodb:global-table": { description: "An Amazon DynamoDB global table" },
  "aws:ec2:autoscaling-group": { description: "An Amazon EC2 Auto Scaling group" },
  "aws:ec2:ebs-volume": {
    description: "An Amazon EBS volume",
    parameters: {
      availabilityZoneIdentifier: { ...ZONE, is: ["AvailabilityZone", "AvailabilityZoneId"] },
    },
  },
  "aws:ec2:instance": { description: "An Amazon EC2 instance" },
  "aws:ec2:spot-instance": { description: "An Amazon EC2 Spot Instance" },
  "aws:ec2:subnet": {
    description: "An Amazon VPC subnet",
    parameters: {
      availabilityZoneIdentifier: { ...ZONE, is: ["AvailabilityZone", "AvailabilityZoneId"] },
      vpc: { description: "VPC that contains the subnets.", is: ["VpcId"] },
    },
  },
  "aws:ec2:transit-gateway": { description: "A transit gateway" },
  "aws:ec2:vpc-endpoint": { description: "An interface VPC endpoint" },
  "aws:ecs:cluster": { description: "An Amazon ECS cluster" },
  "aws:ecs:task": {
    description: "An Amazon ECS task",
    parameters: {
      cluster: { description: "Cluster that contains the tasks." },
      service: { description: "Service that contains the tasks." },
    },
  },
  "aws:eks:cluster": { description: "An Amazon EKS cluster" },
  "aws:eks:nodegroup": { description: "An Amazon EKS node group" },
  "aws:eks:pod": {
    description: "A Kubernetes pod",
    byParametersOnly: true,
    parameters: {
      clusterIdentifier: { description: "Name or ARN of the cluster.", required: true },
      namespace: { description: "Kubernetes namespace of the pods.", required: true },
      selectorType: {
        description: "How pods are selected: labelSelector, deploymentName or podName.",
        required: true,
      },
      selectorValue: { description: "Value of the selector.", required: true },
      availabilityZoneIdentifier: ZONE,
      targetContainerName: { description: "Container of the pods that is targeted." },
    },
  },
  "aws:elasticache:replicationgroup": {
    description: "An Amazon ElastiCache replication group",
    formerNames: ["aws:elasticache:redis-replicationgroup"],
    parameters: { availabilityZoneIdentifier: { ...ZONE, required: true } },
  },
  "aws:iam:role": { description: "An IAM role" },
  "aws:kinesis:stream": { description: "An Amazon Kinesis data stream" },
  "aws:lambda:function": {
    description: "An AWS Lambda function",
    parameters: {
      functionQualifier: { description: "Version or alias whose invocations are targeted; default: all." },
    },
  },
  "aws:memorydb:multi-region-cluster": { description: "An Amazon MemoryDB multi-Region cluster" },
  "aws:rds:cluster": {
    description: "An Amazon Aurora DB cluster",
    parameters: {
      writerAvailabilityZoneIdentifiers: {
        description: "Availability Zones of the writer, with commas between them, or all.",
        is: ["WriterAvailabilityZone"],
        isList: true,
      },
    },
  },
  "aws:rds:db": {
    description: "An Amazon RDS DB instance",
    parameters: {
      availabilityZoneIdentifiers: {
        description: "Availability Zones of the instance, with commas between them, or all.",
        is: ["AvailabilityZone"],
        isList: true,
      },
    },
  },
  "aws:s3:bucket": { description: "An Amazon S3 bucket" },
};

/** What the target of a `squall:` action may be: resources of any type. */
export const ANY_RESOURCE = "squall:resource";

/**
 * The types that can be targeted: AWS's, and those that the services here declare (`aws:sqs:queue`), which AWS's FIS does not
 * have.
 */
export class ResourceTypes {
  readonly #all: ReadonlyMap<string, TargetResourceType>;

  /** @param declared names of the types that services declare */
  constructor(declared: readonly string[]) {
    const own = declared.map((name) => [name, { description: describe(name) }] as const);
    this.#all = new Map([...own, ...Object.entries(RESOURCE_TYPES)]);
  }

  /** In alphabetical order, as AWS lists them. */
  get names(): string[] {
    return [...this.#all.keys()].sort();
  }

  get(name: string): TargetResourceType | undefined {
    return this.#all.get(name);
  }

  /** The name that a type has today; undefined for one that never was. */
  named(name: string): string | undefined {
    const current = currentName(name);
    return this.#all.has(current) ? current : undefined;
  }
}

/** What a type is called today that older templates may call otherwise. */
export function currentName(name: string): string {
  const renamed = Object.entries(RESOURCE_TYPES).find(([, { formerNames }]) => formerNames?.includes(name));
  return renamed?.[0] ?? name;
}

/** `aws:sqs:queue` → "An sqs queue (of this cloud; not a type of AWS FIS)". */
function describe(name: string): string {
  const [, service, type = ""] = name.split(":");
  return `${service}: ${type.replaceAll("-", " ")} (a type of Squall's own, which AWS FIS does not have)`;
}
