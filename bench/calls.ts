import { headFor, OPERATIONS, prepareTable } from "./dynamodb.ts";
import type { Load } from "./load.ts";
import { ask, jsonHead, type Server } from "./tools.ts";

/** One AWS call, as it is measured: beside another commit, and beside a bare server that gives answers of the same size. */
export interface MeasuredCall {
  readonly name: string;
  /** The script in `bench/servers` that is its limit. */
  readonly bare?: "bare" | "files";
  /** Measured by `npm run bench -- ci` as well: what most traffic is. */
  readonly inShort?: true;
  readonly connections?: number;
  /** Makes what the call needs. @returns what to send */
  prepare(server: Server, isBare: boolean): Promise<Pick<Load, "requests" | "numbers">>;
}

const table = (operation: string, inShort?: true): MeasuredCall => ({
  name: `DynamoDB ${operation}`,
  bare: "bare",
  ...(inShort && { inShort }),
  async prepare(server, isBare) {
    if (!isBare) await prepareTable(server);
    const { operation: name, body, numbers } = OPERATIONS[operation]!;
    const requests = [{ head: headFor(server, name), body: JSON.stringify(body) }];
    return { requests, ...(numbers !== undefined && { numbers }) };
  },
});

const BODY = JSON.stringify({ id: "prod-{number}", price: "29.99", description: "x".repeat(120) });

const SIGNED =
  "authorization: AWS4-HMAC-SHA256 Credential=000000000000/20261128/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n" +
  "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n";

const object = (method: "PUT" | "GET", inShort?: true): MeasuredCall => ({
  name: `S3 ${method === "PUT" ? "PutObject" : "GetObject"} of 1 KB`,
  bare: "files",
  ...(inShort && { inShort }),
  async prepare({ port }, isBare) {
    const request = (verb: string, key: string, body: string) => ({
      head: `${verb} /bench/${key} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${SIGNED}`,
      body,
    });
    const send = async (verb: string, path: string, body?: string) => {
      const headers = Object.fromEntries(
        SIGNED.trim()
          .split("\r\n")
          .map((line) => line.split(": ", 2)),
      );
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: verb,
        headers,
        ...(body !== undefined && { body }),
      });
      if (!response.ok) throw new Error(`${verb} ${path}: ${response.status} ${await response.text()}`);
    };
    if (!isBare) await send("PUT", "/bench");
    for (let n = 0; n < OBJECTS; n++)
      await send("PUT", `/bench/k${String(n).padStart(8, "0")}`, "x".repeat(1024));
    return {
      requests: [request(method, "k{number}", method === "PUT" ? "x".repeat(1024) : "")],
      numbers: OBJECTS,
    };
  },
});
const OBJECTS = 100;

const json = (
  name: string,
  service: string,
  target: string,
  body: object,
  setUp: (server: Server) => Promise<unknown>,
  bare?: "bare",
): MeasuredCall => ({
  name,
  ...(bare && { bare }),
  async prepare(server, isBare) {
    if (!isBare) await setUp(server);
    const head = jsonHead({ port: server.port, service, target, contentType: "application/x-amz-json-1.1" });
    return { requests: [{ head, body: JSON.stringify(body) }] };
  },
});

export const CALLS: readonly MeasuredCall[] = [
  table("PutItem", true),
  table("GetItem", true),
  table("Query of one item", true),
  table("Query of 50 items"),
  table("UpdateItem with a condition"),
  table("BatchWriteItem of 25"),
  {
    name: "SQS SendMessage",
    bare: "bare",
    inShort: true,
    async prepare({ port }, isBare) {
      const QueueName = "bench";
      const { QueueUrl = "http://bare/queue" } = isBare
        ? {}
        : await ask(port, "sqs", "AmazonSQS.CreateQueue", { QueueName });
      const head = jsonHead({ port, service: "sqs", target: "AmazonSQS.SendMessage" });
      return { requests: [{ head, body: JSON.stringify({ QueueUrl, MessageBody: BODY }) }] };
    },
  },
  object("PUT", true),
  object("GET"),
  json(
    "Kinesis PutRecord",
    "kinesis",
    "Kinesis_20131202.PutRecord",
    { StreamName: "bench", PartitionKey: "{number}", Data: Buffer.from(BODY).toString("base64") },
    ({ port }) =>
      ask(port, "kinesis", "Kinesis_20131202.CreateStream", { StreamName: "bench", ShardCount: 1 }),
  ),
  json(
    "Secrets Manager GetSecretValue",
    "secretsmanager",
    "secretsmanager.GetSecretValue",
    { SecretId: "bench" },
    ({ port }) =>
      ask(port, "secretsmanager", "secretsmanager.CreateSecret", {
        Name: "bench",
        SecretString: "x".repeat(200),
        ClientRequestToken: "3d0c7a58-6f0c-4d5f-9b3f-222222222222",
      }),
    "bare",
  ),
  json(
    "Systems Manager GetParameter",
    "ssm",
    "AmazonSSM.GetParameter",
    { Name: "/bench" },
    ({ port }) =>
      ask(port, "ssm", "AmazonSSM.PutParameter", { Name: "/bench", Value: "x".repeat(200), Type: "String" }),
    "bare",
  ),
  json(
    "KMS GenerateDataKey",
    "kms",
    "TrentService.GenerateDataKey",
    { KeyId: "alias/bench", KeySpec: "AES_256" },
    async ({ port }) => {
      const { KeyMetadata } = await ask(port, "kms", "TrentService.CreateKey", {});
      const { KeyId: TargetKeyId } = KeyMetadata as { KeyId: string };
      await ask(port, "kms", "TrentService.CreateAlias", { AliasName: "alias/bench", TargetKeyId });
    },
    "bare",
  ),
  json(
    "EventBridge PutEvents, which no rule wants",
    "events",
    "AWSEvents.PutEvents",
    { Entries: [{ Source: "bench", DetailType: "order", Detail: BODY }] },
    ({ port }) =>
      ask(port, "events", "AWSEvents.PutRule", { Name: "r", EventPattern: '{"source":["other"]}' }),
  ),
];
