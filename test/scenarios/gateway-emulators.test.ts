import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { type EmulatorName, emulator } from "../emulators.ts";
import { needs, type ToolName } from "../needs.ts";
import { until } from "../until.ts";

/*
 * The thin slice of the fault matrix, in front of emulators that others have written: a call goes through and its answer is theirs,
 * and an error, a latency, a lost reply, a reset and a bent answer strike it on the way.
 */

const EMULATORS: readonly { readonly name: EmulatorName; readonly needs: readonly ToolName[] }[] = [
  { name: "moto", needs: ["moto"] },
  { name: "ministack", needs: ["ministack"] },
  { name: "dynalite", needs: [] },
];

const front = (url: string) =>
  testCloud({ isGateway: true, services: [], upstreams: { "*": { url, keepsHost: true } } });

for (const { name, needs: tools } of EMULATORS) {
  test(`in front of ${name}, DynamoDB is its own, and fails as AWS does`, needs(...tools), async () => {
    await using behind = await emulator(name);
    await using cloud = await front(behind.url);
    const dynamodb = new DynamoDBClient(clientOptions(cloud));
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "orders",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await until(async () => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: "orders" }));
      return Table?.TableStatus === "ACTIVE";
    });
    const put = (id: string) =>
      dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: id } } })).then(
        () => "ok",
        (error: Error) => error.name,
      );
    const has = async (id: string) =>
      (await dynamodb.send(new GetItemCommand({ TableName: "orders", Key: { id: { S: id } } }))).Item !==
      undefined;
    assert.equal(await put("fine"), "ok");

    const strike = { match: { service: "dynamodb", operation: "PutItem" }, times: 1 };
    await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, ...strike });
    assert.deepEqual(
      [await put("refused"), await has("refused")],
      ["ProvisionedThroughputExceededException", false],
    );

    await cloud.faults.add({ effect: "error", params: { kind: "internal", when: "after" }, ...strike });
    assert.deepEqual([await put("made"), await has("made")], ["InternalServerError", true]);

    await cloud.faults.add({ effect: "reset", ...strike });
    assert.deepEqual([await put("cut"), await has("cut")], ["TimeoutError", false]);

    await cloud.faults.add({ effect: "lost-reply", ...strike });
    assert.deepEqual([await put("lost"), await has("lost")], ["TimeoutError", true]);

    await cloud.faults.add({
      effect: "truncate",
      params: { atByte: 5 },
      match: { operation: "GetItem" },
      times: 1,
    });
    await assert.rejects(has("lost"));

    await cloud.faults.add({ effect: "latency", params: { ms: 60 }, ...strike });
    const startedAt = performance.now();
    assert.equal(await put("late"), "ok");
    assert.ok(performance.now() - startedAt >= 55);
    const missing = dynamodb.send(new GetItemCommand({ TableName: "nowhere", Key: { id: { S: "1" } } }));
    await assert.rejects(missing, { name: "ResourceNotFoundException" });
  });
}

/** How much goes up and down: 1 GiB at night. */
const LARGE_MIB = Number(process.env["SQUALL_GATEWAY_MIB"] ?? 64);

for (const name of ["moto", "ministack"] as const) {
  test(
    `in front of ${name}, queues are found by the gateway's own URL, and objects stream`,
    needs(name),
    async () => {
      await using behind = await emulator(name);
      await using cloud = await front(behind.url);
      await queueIsReachedAgain(cloud);
      await objectGoesUpAndDown(cloud);
    },
  );
}

/** What an emulator says of where a queue is comes back through the gateway: it answers for the Host that it was asked as. */
async function queueIsReachedAgain(cloud: Cloud): Promise<void> {
  const sqs = new SQSClient(clientOptions(cloud));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  assert.equal(Messages?.[0]?.Body, "hello");
  assert.deepEqual(
    cloud.calls.of("sqs").map(({ operation, status }) => [operation, status]),
    ["CreateQueue", "SendMessage", "ReceiveMessage"].map((operation) => [operation, 200]),
  );
}

async function objectGoesUpAndDown(cloud: Cloud): Promise<void> {
  const s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
  const block = Buffer.alloc(1024 * 1024, "0123456789abcdef");
  const sent = createHash("sha256");
  async function* blocks() {
    for (let i = 0; i < LARGE_MIB; i++) {
      block.writeUInt32BE(i);
      const piece = Buffer.from(block);
      sent.update(piece);
      yield piece;
    }
  }
  await s3.send(new CreateBucketCommand({ Bucket: "large" }));
  const ContentLength = LARGE_MIB * block.length;
  await s3.send(
    new PutObjectCommand({ Bucket: "large", Key: "k", Body: Readable.from(blocks()), ContentLength }),
  );
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "large", Key: "k" }));
  const came = createHash("sha256");
  for await (const chunk of Body as Readable) came.update(chunk as Buffer);
  assert.equal(came.digest("hex"), sent.digest("hex"));
}
