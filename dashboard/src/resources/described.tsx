import { look } from "../api.ts";
import { Json } from "../pieces/json.tsx";
import { Shown, useLoaded } from "./loaded.tsx";
import { nameOf, placeOf, type Resource } from "./resource.ts";

/** The operation that describes a resource, by service and type. */
const DESCRIBED: Readonly<
  Record<string, readonly [operation: string, input: (resource: Resource) => object]>
> = {
  "sns topic": ["GetTopicAttributes", ({ arn }) => ({ TopicArn: arn })],
  "ssm parameter": ["GetParameter", ({ arn }) => ({ Name: arn })],
  "secretsmanager secret": ["DescribeSecret", ({ arn }) => ({ SecretId: arn })],
  "events event-bus": ["DescribeEventBus", (resource) => ({ Name: nameOf(resource) })],
  "events rule": [
    "DescribeRule",
    (resource) => {
      const [bus, name] = nameOf(resource).split("/");
      return name === undefined ? { Name: bus } : { Name: name, EventBusName: bus };
    },
  ],
  "kinesis stream": ["DescribeStreamSummary", ({ arn }) => ({ StreamARN: arn })],
  "kms key": ["DescribeKey", ({ arn }) => ({ KeyId: arn })],
  "iam role": ["GetRole", (resource) => ({ RoleName: idOf(resource) })],
  "iam user": ["GetUser", (resource) => ({ UserName: idOf(resource) })],
  "cloudformation stack": ["DescribeStacks", ({ arn }) => ({ StackName: arn })],
  "fis experiment-template": ["GetExperimentTemplate", (resource) => ({ id: idOf(resource) })],
  "ecs cluster": ["DescribeClusters", ({ arn }) => ({ clusters: [arn] })],
  "ecs service": ["DescribeServices", ({ arn }) => ({ cluster: clusterOf(arn), services: [arn] })],
  "ecs task": ["DescribeTasks", ({ arn }) => ({ cluster: clusterOf(arn), tasks: [arn] })],
  "ecs container-instance": [
    "DescribeContainerInstances",
    ({ arn }) => ({ cluster: clusterOf(arn), containerInstances: [arn] }),
  ],
  "ecs task-definition": ["DescribeTaskDefinition", ({ arn }) => ({ taskDefinition: arn })],
  "ec2 instance": ["DescribeInstances", (resource) => ({ InstanceIds: [idOf(resource)] })],
  "ec2 network-interface": [
    "DescribeNetworkInterfaces",
    (resource) => ({ NetworkInterfaceIds: [idOf(resource)] }),
  ],
  "ec2 security-group": ["DescribeSecurityGroups", (resource) => ({ GroupIds: [idOf(resource)] })],
  "ec2 subnet": ["DescribeSubnets", (resource) => ({ SubnetIds: [idOf(resource)] })],
  "ec2 volume": ["DescribeVolumes", (resource) => ({ VolumeIds: [idOf(resource)] })],
  "ec2 vpc": ["DescribeVpcs", (resource) => ({ VpcIds: [idOf(resource)] })],
  "rds db": ["DescribeDBInstances", ({ arn }) => ({ DBInstanceIdentifier: arn })],
  "rds cluster": ["DescribeDBClusters", ({ arn }) => ({ DBClusterIdentifier: arn })],
  "autoscaling group": [
    "DescribeAutoScalingGroups",
    (resource) => ({ AutoScalingGroupNames: [idOf(resource)] }),
  ],
  "scheduler schedule": [
    "GetSchedule",
    (resource) => {
      const [, GroupName, Name] = nameOf(resource).split("/");
      return { GroupName, Name };
    },
  ],
  "pipes pipe": ["DescribePipe", (resource) => ({ Name: idOf(resource) })],
  "apigateway restapi": ["GetRestApi", (resource) => ({ restApiId: resource.arn.split("/").at(-1) })],
};

/** What is behind the last slash of its name. */
const idOf = (resource: Resource): string => nameOf(resource).split("/").at(-1) ?? "";
/** Of `…:task/web/1f3a9c` the cluster `web`. */
const clusterOf = (arn: string): string => arn.split("/")[1] ?? "";

/** IAM gives policies as they stand in a URL; people read JSON. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === "string" && value.startsWith("%7B"))
    try {
      return JSON.parse(decodeURIComponent(value)) as unknown;
    } catch {
      return value;
    }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member)]));
}

/** A resource of a type without a view of its own: as its service describes it. */
export function Described({ resource }: { resource: Resource }) {
  const described = DESCRIBED[`${resource.service} ${resource.type}`];
  const loaded = useLoaded<object>(resource.arn, async () => {
    if (!described) return resource;
    const [operation, input] = described;
    return readable(await look(resource.service, operation, input(resource), placeOf(resource))) as object;
  });
  return <Shown loaded={loaded}>{(value) => <Json label="Description" value={value} />}</Shown>;
}
