import assert from "node:assert/strict";
import { test } from "node:test";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as ec2 from "@aws-sdk/client-ec2";
import * as kinesis from "@aws-sdk/client-kinesis";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";

type ErrorClass = abstract new (...args: never[]) => Error;

/** One service of each protocol: a call, and what its client makes of errors. */
interface Sample {
  readonly service: string;
  readonly protocol: string;
  call(options: ReturnType<typeof clientOptions>): Promise<unknown>;
  /** An error of the service's model. */
  readonly modelled: { readonly code: string; readonly status: number; readonly is: ErrorClass };
  /** What `kind: "throttle"` is there. */
  readonly throttle: { readonly name: string; readonly status: number };
}

const SAMPLES: readonly Sample[] = [
  {
    service: "dynamodb",
    protocol: "JSON 1.0",
    call: (options) =>
      new dynamodb.DynamoDBClient(options).send(
        new dynamodb.PutItemCommand({ TableName: "orders", Item: { id: { S: "1" } } }),
      ),
    modelled: {
      code: "ConditionalCheckFailedException",
      status: 400,
      is: dynamodb.ConditionalCheckFailedException,
    },
    throttle: { name: "ProvisionedThroughputExceededException", status: 400 },
  },
  {
    service: "sqs",
    protocol: "JSON 1.0 with the query protocol's codes",
    call: (options) => new sqs.SQSClient(options).send(new sqs.GetQueueUrlCommand({ QueueName: "orders" })),
    modelled: { code: "QueueDoesNotExist", status: 400, is: sqs.QueueDoesNotExist },
    throttle: { name: "RequestThrottled", status: 400 },
  },
  {
    service: "kinesis",
    protocol: "JSON 1.1",
    call: (options) =>
      new kinesis.KinesisClient(options).send(
        new kinesis.PutRecordCommand({ StreamName: "orders", PartitionKey: "1", Data: new Uint8Array([1]) }),
      ),
    modelled: { code: "ResourceNotFoundException", status: 400, is: kinesis.ResourceNotFoundException },
    throttle: { name: "ProvisionedThroughputExceededException", status: 400 },
  },
  {
    service: "sns",
    protocol: "query",
    call: (options) => new sns.SNSClient(options).send(new sns.ListTopicsCommand({})),
    modelled: { code: "InvalidParameterException", status: 400, is: sns.InvalidParameterException },
    throttle: { name: "ThrottledException", status: 429 },
  },
  {
    service: "ec2",
    protocol: "EC2 query",
    call: (options) => new ec2.EC2Client(options).send(new ec2.DescribeInstancesCommand({})),
    modelled: { code: "InvalidInstanceID.NotFound", status: 400, is: ec2.EC2ServiceException },
    throttle: { name: "RequestLimitExceeded", status: 503 },
  },
  {
    service: "lambda",
    protocol: "REST JSON",
    call: (options) => new lambda.LambdaClient(options).send(new lambda.ListFunctionsCommand({})),
    modelled: { code: "ResourceNotFoundException", status: 404, is: lambda.ResourceNotFoundException },
    throttle: { name: "TooManyRequestsException", status: 429 },
  },
  {
    service: "s3",
    protocol: "REST XML",
    call: (options) =>
      new s3.S3Client({ ...options, forcePathStyle: true }).send(
        new s3.GetObjectCommand({ Bucket: "orders", Key: "1" }),
      ),
    modelled: { code: "NoSuchKey", status: 404, is: s3.NoSuchKey },
    throttle: { name: "SlowDown", status: 503 },
  },
  {
    service: "cloudwatch",
    protocol: "RPC v2 CBOR",
    call: (options) =>
      new cloudwatch.CloudWatchClient(options).send(new cloudwatch.DescribeAlarmsCommand({})),
    modelled: { code: "InvalidNextToken", status: 400, is: cloudwatch.InvalidNextToken },
    throttle: { name: "Throttling", status: 400 },
  },
];

/** What a client throws, with as much of it as tests look at. */
interface Thrown extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly attempts: number };
}

async function thrownBy(sample: Sample, cloud: Cloud, maxAttempts = 1): Promise<Thrown> {
  try {
    await sample.call({ ...clientOptions(cloud), maxAttempts });
  } catch (error) {
    return error as Thrown;
  }
  assert.fail("nothing was thrown");
}

for (const sample of SAMPLES) {
  const { service, protocol, modelled, throttle } = sample;

  test(`a client of ${service} (${protocol}) reads an injected error as its model has it`, async () => {
    await using cloud = await testCloud();
    await cloud.faults.add({
      effect: "error",
      params: { code: modelled.code, message: "On purpose." },
      match: { service },
    });
    const thrown = await thrownBy(sample, cloud);
    assert.ok(thrown instanceof modelled.is, thrown.stack);
    assert.equal(thrown.name, modelled.code);
    assert.equal(thrown.message, "On purpose.");
    assert.equal(thrown.$metadata.httpStatusCode, modelled.status);
  });

  test(`a client of ${service} (${protocol}) sees the service's own throttling, and tries again`, async () => {
    await using cloud = await testCloud();
    await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, match: { service } });
    const thrown = await thrownBy(sample, cloud, 2);
    assert.equal(thrown.name, throttle.name);
    assert.equal(thrown.$metadata.httpStatusCode, throttle.status);
    assert.equal(thrown.$metadata.attempts, 2);
    assert.deepEqual(
      cloud.calls.of(service).map(({ attempt, faultRuleId }) => [attempt, faultRuleId]),
      [
        [1, "rule-1"],
        [2, "rule-1"],
      ],
    );
  });
}
