import { AwsError } from "../../core/aws-error.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { unsupported, validation } from "./errors.ts";

/** A call of the service that has the resource. */
export type Call = <O>(service: string, operation: string, input: object) => Promise<O>;

/** What of a resource is scaled: how it is named, read and set, by its service's own operations. */
export interface Dimension {
  readonly id: RegExp;
  /** Of the service-linked role: `AWSServiceRoleForApplicationAutoScaling_ECSService`. */
  readonly role: string;
  /** What activities call it: `Setting desired count to 3.` */
  readonly what: string;
  /** How long another scaling waits for one, unless a policy says. */
  readonly cooldownSeconds: number;
  /** @throws AwsError of the service that has the resource */
  read(id: readonly string[], call: Call): Promise<number>;
  set(id: readonly string[], capacity: number, call: Call): Promise<unknown>;
  /** What a client is told of a resource that is not there. */
  missing(resourceId: string): AwsError;
}

type Units = "ReadCapacityUnits" | "WriteCapacityUnits";

/** Of a table or one of its indexes. */
function throughput(units: Units, id: RegExp): Dimension {
  const described = async ([table, index]: readonly string[], call: Call) => {
    const { Table } = await call<DynamoDB.DescribeTableOutput>("dynamodb", "DescribeTable", {
      TableName: table,
    });
    const of =
      index === undefined ? Table : Table?.GlobalSecondaryIndexes?.find((one) => one.IndexName === index);
    if (!of) throw new AwsError("ResourceNotFoundException", "Requested resource not found");
    return { ReadCapacityUnits: 0, WriteCapacityUnits: 0, ...of.ProvisionedThroughput };
  };
  return {
    id,
    role: "DynamoDBTable",
    what: units === "ReadCapacityUnits" ? "read capacity units" : "write capacity units",
    cooldownSeconds: 0,
    read: async (names, call) => (await described(names, call))[units],
    async set(names, capacity, call) {
      const [TableName, IndexName] = names;
      const { ReadCapacityUnits, WriteCapacityUnits } = await described(names, call);
      // An update sets both.
      const ProvisionedThroughput = { ReadCapacityUnits, WriteCapacityUnits, [units]: capacity };
      const change =
        IndexName === undefined
          ? { ProvisionedThroughput }
          : { GlobalSecondaryIndexUpdates: [{ Update: { IndexName, ProvisionedThroughput } }] };
      await call("dynamodb", "UpdateTable", { TableName, ...change });
    },
    missing: (resourceId) => validation(`DynamoDB table does not exist: ${resourceId}`),
  };
}

const TABLE = /^table\/([^/]+)$/;
const INDEX = /^table\/([^/]+)\/index\/([^/]+)$/;

const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  "ecs:service:DesiredCount": {
    id: /^service\/([^/]+)\/([^/]+)$/,
    role: "ECSService",
    what: "desired count",
    cooldownSeconds: 300,
    async read([cluster, service], call) {
      const input = { cluster, services: [service] };
      const { services = [] } = await call<ECS.DescribeServicesResponse>("ecs", "DescribeServices", input);
      const there = services.find(({ status }) => status !== "INACTIVE");
      if (!there) throw new AwsError("ServiceNotFoundException", "Service not found.");
      return there.desiredCount ?? 0;
    },
    set: ([cluster, service], desiredCount, call) =>
      call("ecs", "UpdateService", { cluster, service, desiredCount }),
    missing: (resourceId) => validation(`ECS service doesn't exist: ${resourceId}`),
  },
  "dynamodb:table:ReadCapacityUnits": throughput("ReadCapacityUnits", TABLE),
  "dynamodb:table:WriteCapacityUnits": throughput("WriteCapacityUnits", TABLE),
  "dynamodb:index:ReadCapacityUnits": throughput("ReadCapacityUnits", INDEX),
  "dynamodb:index:WriteCapacityUnits": throughput("WriteCapacityUnits", INDEX),
  "lambda:function:ProvisionedConcurrency": {
    id: /^function:([^:]+):([^:]+)$/,
    role: "LambdaConcurrency",
    what: "provisioned concurrency",
    cooldownSeconds: 0,
    async read([FunctionName, Qualifier], call) {
      try {
        const { RequestedProvisionedConcurrentExecutions } = await call<{
          RequestedProvisionedConcurrentExecutions: number;
        }>("lambda", "GetProvisionedConcurrencyConfig", { FunctionName, Qualifier });
        return RequestedProvisionedConcurrentExecutions;
      } catch (error) {
        if (!(error instanceof AwsError && error.code === "ProvisionedConcurrencyConfigNotFoundException"))
          throw error;
        // The alias is there: nothing has been provisioned for it yet.
        await call("lambda", "GetFunctionConfiguration", { FunctionName, Qualifier });
        return 0;
      }
    },
    set: ([FunctionName, Qualifier], capacity, call) =>
      capacity === 0
        ? call("lambda", "DeleteProvisionedConcurrencyConfig", { FunctionName, Qualifier })
        : call("lambda", "PutProvisionedConcurrencyConfig", {
            FunctionName,
            Qualifier,
            ProvisionedConcurrentExecutions: capacity,
          }),
    // Inferred.
    missing: (resourceId) => validation(`Lambda function doesn't exist: ${resourceId}`),
  },
};

/** A dimension that is scaled here, and the names in a resource's id. @throws ValidationException for one that is none, or not served */
export function dimensionOf(target: {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}): { readonly dimension: Dimension; readonly names: readonly string[] } {
  const dimension = Object.hasOwn(DIMENSIONS, target.ScalableDimension)
    ? DIMENSIONS[target.ScalableDimension]
    : undefined;
  const isOfService = target.ScalableDimension.startsWith(`${target.ServiceNamespace}:`);
  if (isOfService && !dimension) throw validation(`Squall does not scale ${target.ScalableDimension}.`);
  const names = dimension?.id.exec(target.ResourceId)?.slice(1);
  if (!isOfService || !dimension || !names) throw unsupported();
  return { dimension, names };
}
