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
  "iam role": ["GetRole", (resource) => ({ RoleName: nameOf(resource).split("/").at(-1) })],
  "iam user": ["GetUser", (resource) => ({ UserName: nameOf(resource).split("/").at(-1) })],
  "cloudformation stack": ["DescribeStacks", ({ arn }) => ({ StackName: arn })],
  "fis experiment-template": [
    "GetExperimentTemplate",
    (resource) => ({ id: nameOf(resource).split("/").at(-1) }),
  ],
  "ecs cluster": ["DescribeClusters", ({ arn }) => ({ clusters: [arn] })],
  "apigateway restapi": ["GetRestApi", (resource) => ({ restApiId: resource.arn.split("/").at(-1) })],
};

/** A resource of a type without a view of its own: as its service describes it. */
export function Described({ resource }: { resource: Resource }) {
  const described = DESCRIBED[`${resource.service} ${resource.type}`];
  const loaded = useLoaded<object>(resource.arn, async () => {
    if (!described) return resource;
    const [operation, input] = described;
    return look(resource.service, operation, input(resource), placeOf(resource));
  });
  return <Shown loaded={loaded}>{(value) => <Json label="Description" value={value} />}</Shown>;
}
