import { Draft } from "../draft.ts";
import { InvalidEvent } from "../errors.ts";
import { aMap, inEvent } from "../expect.ts";
import { isIntrinsic } from "../intrinsics.ts";
import { any, flag, list, literal, map, type PropertyTypes, required, text, whole } from "../properties.ts";
import { bucketPolicy, inlinePolicy, managedPolicy } from "../roles.ts";
import { copy, includes, isFilled, isMap, isSame, own, type Value, type Values } from "../value.ts";
import type { EventContext, EventType, SamEvent } from "./event.ts";
import { documentDbPolicies, kafkaPolicies, mqPolicies, mskPolicies } from "./pulled-policies.ts";

/** The properties of all sources that Lambda polls. */
const TYPES: PropertyTypes = {
  BatchSize: whole,
  StartingPosition: literal(any),
  StartingPositionTimestamp: literal(any),
  Enabled: flag,
  MaximumBatchingWindowInSeconds: whole,
  MaximumRetryAttempts: whole,
  BisectBatchOnFunctionError: flag,
  MaximumRecordAgeInSeconds: whole,
  DestinationConfig: map,
  ParallelizationFactor: whole,
  Topics: list,
  Queues: list,
  SourceAccessConfigurations: list,
  SecretsManagerKmsKeyId: text,
  TumblingWindowInSeconds: whole,
  FunctionResponseTypes: list,
  KafkaBootstrapServers: list,
  FilterCriteria: map,
  KmsKeyArn: literal(any),
  ConsumerGroupId: text,
  ScalingConfig: map,
  ProvisionedPollerConfig: map,
  SchemaRegistryConfig: map,
  MetricsConfig: map,
  LoggingConfig: map,
};

/** Properties that a mapping has as the event has them. */
const TAKEN_OVER = [
  "StartingPosition",
  "StartingPositionTimestamp",
  "BatchSize",
  "Enabled",
  "MaximumBatchingWindowInSeconds",
  "MaximumRetryAttempts",
  "BisectBatchOnFunctionError",
  "MaximumRecordAgeInSeconds",
  "ParallelizationFactor",
  "Topics",
  "Queues",
  "SourceAccessConfigurations",
  "TumblingWindowInSeconds",
  "FunctionResponseTypes",
  "FilterCriteria",
  "KmsKeyArn",
  "ScalingConfig",
  "ProvisionedPollerConfig",
  "MetricsConfig",
  "LoggingConfig",
];

/** What tells one kind of source from another. */
interface PulledSource {
  /** Further properties. */
  readonly types: PropertyTypes;
  /** The property that has the ARN of the source. */
  readonly source?: string;
  /** AWS's policy for it. */
  readonly managed?: string;
  /** Policies of its own. */
  readonly policies?: (event: SamEvent, context: EventContext) => Values[];
  /** The property of the mapping for the group and the schemas of Kafka's consumers. */
  readonly kafka?: string;
  /** Further properties of the mapping. */
  readonly more?: (event: SamEvent) => Readonly<Record<string, Value | undefined>>;
}

function pulled(source: PulledSource): EventType {
  return {
    types: { ...TYPES, ...source.types },
    translate: (event, context) => {
      checkFilter(event);
      const { properties } = event;
      const failures = failurePolicy(event);
      const draft = new Draft(
        "AWS::Lambda::EventSourceMapping",
        event.id,
        {
          FunctionName: context.target.name,
          EventSourceArn: source.source === undefined ? undefined : properties[source.source],
          ...Object.fromEntries(TAKEN_OVER.map((name) => [name, properties[name]])),
          SelfManagedEventSource: isFilled(properties["KafkaBootstrapServers"])
            ? { Endpoints: { KafkaBootstrapServers: properties["KafkaBootstrapServers"] } }
            : undefined,
          ...kafkaConfiguration(event, source.kafka),
          DestinationConfig: isFilled(properties["DestinationConfig"])
            ? properties["DestinationConfig"]
            : undefined,
          ...source.more?.(event),
        },
        context.target.passedOn,
      );
      const policies = source.policies?.(event, context) ?? [];
      allow(context, source.managed, policies, failures);
      return [draft];
    },
  };
}

function kafkaConfiguration(event: SamEvent, property: string | undefined): Values {
  const group = event.properties["ConsumerGroupId"];
  const schemas = event.properties["SchemaRegistryConfig"];
  if (property === undefined) {
    if (isFilled(group)) {
      throw new InvalidEvent(
        event.id,
        `Property ConsumerGroupId not defined for resource of type ${event.type}.`,
      );
    }
    return {};
  }
  const configuration: Values = {};
  if (isFilled(group)) configuration["ConsumerGroupId"] = group;
  if (isFilled(schemas)) configuration["SchemaRegistryConfig"] = schemas;
  return isFilled(configuration) ? { [property]: configuration } : {};
}

function checkFilter(event: SamEvent): void {
  const filter = event.properties["FilterCriteria"];
  if (!isFilled(filter) || isIntrinsic(filter)) return;
  const names = isMap(filter) ? Object.keys(filter) : [];
  if (names.some((name) => name !== "Filters")) {
    throw new InvalidEvent(event.name, "FilterCriteria field has a wrong format");
  }
}

/** `DestinationConfig.OnFailure`: its type says what the role has to be allowed; the mapping does not know it. */
function failurePolicy(event: SamEvent): Values | undefined {
  const config = event.properties["DestinationConfig"];
  if (!isMap(config) || !isFilled(config)) return undefined;
  const failure = aMap(own(config, "OnFailure"), inEvent(event.id, "DestinationConfig.OnFailure"));
  const type = failure["Type"];
  if (!isFilled(type)) return undefined;
  const to = failure["Destination"] ?? null;
  event.properties["DestinationConfig"] = { ...config, OnFailure: without(failure, "Type") };
  if (type === "SQS") return inlinePolicy(`${event.id}SQSPolicy`, "sqs:SendMessage", to);
  if (type === "SNS") return inlinePolicy(`${event.id}SNSPolicy`, "sns:publish", to);
  if (type === "S3") return bucketPolicy(event.id, to);
  if (type === "Kafka") return undefined;
  throw new InvalidEvent(event.id, "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'");
}

function without(map: Values, name: string): Values {
  const { [name]: _, ...rest } = map;
  return copy(rest);
}

/** The function's role, where SAM makes it, may do what the source needs; each policy stands there once. */
function allow(
  context: EventContext,
  managed: string | undefined,
  policies: Values[],
  failures: Values | undefined,
): void {
  const role = context.role;
  if (!role) return;
  if (managed !== undefined) {
    const arns = role.properties["ManagedPolicyArns"] as Value[];
    const arn = managedPolicy(`service-role/${managed}`, context.translation.partition);
    if (!includes(arns, arn)) arns.push(arn);
  }
  for (const policy of failures === undefined ? policies : [...policies, failures]) {
    role.properties["Policies"] ??= [];
    const there = role.properties["Policies"] as Value[];
    const isThere = there.some(
      (other) => isMap(other) && isSame(other["PolicyDocument"], policy["PolicyDocument"]),
    );
    if (!isThere) there.push(policy);
  }
}

const streamTypes = { Stream: literal(required(any)), StartingPosition: literal(required(any)) };

export const kinesis = pulled({
  types: streamTypes,
  source: "Stream",
  managed: "AWSLambdaKinesisExecutionRole",
});

export const dynamodb = pulled({
  types: streamTypes,
  source: "Stream",
  managed: "AWSLambdaDynamoDBExecutionRole",
});

export const sqs = pulled({
  types: { Queue: literal(required(any)) },
  source: "Queue",
  managed: "AWSLambdaSQSQueueExecutionRole",
});

export const msk = pulled({
  types: streamTypes,
  source: "Stream",
  managed: "AWSLambdaMSKExecutionRole",
  policies: mskPolicies,
  kafka: "AmazonManagedKafkaEventSourceConfig",
});

export const mq = pulled({
  types: { Broker: literal(required(any)), DynamicPolicyName: literal(flag) },
  source: "Broker",
  policies: mqPolicies,
});

export const selfManagedKafka = pulled({
  types: {},
  policies: kafkaPolicies,
  kafka: "SelfManagedKafkaEventSourceConfig",
});

export const documentDb = pulled({
  types: {
    Cluster: literal(required(any)),
    DatabaseName: literal(required(any)),
    CollectionName: literal(any),
    FullDocument: literal(any),
  },
  source: "Cluster",
  policies: documentDbPolicies,
  more: ({ properties }) => ({
    DocumentDBEventSourceConfig: {
      DatabaseName: properties["DatabaseName"] as Value,
      ...(isFilled(properties["CollectionName"]) ? { CollectionName: properties["CollectionName"] } : {}),
      ...(isFilled(properties["FullDocument"]) ? { FullDocument: properties["FullDocument"] } : {}),
    },
  }),
});
