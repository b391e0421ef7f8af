import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetShardIteratorCommand as GetStreamIteratorCommand,
  GetRecordsCommand as GetStreamRecordsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Cloud, CloudOptions } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { emulator } from "../emulators.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), "squall-cassettes-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(++folders));

type Mode = "record" | "replay" | "fill" | "compare";
const cloudOf = (folder: string, mode: Mode, more: CloudOptions = {}) =>
  testCloud({ cassette: { folder, mode }, ...more });

/** A program that uses three protocols, and what it has seen. */
async function program(cloud: Cloud, body = "hello"): Promise<unknown[]> {
  const asked = clientOptions(cloud, "111122223333");
  const sqs = new SQSClient(asked);
  const s3 = new S3Client({ ...asked, forcePathStyle: true });
  const dynamodb = new DynamoDBClient(asked);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${body} at ${new Date().toISOString()}` }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await s3.send(new CreateBucketCommand({ Bucket: "files" }));
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: "k", Body: "data", Metadata: { a: "b" } }));
  const object = await s3.send(new GetObjectCommand({ Bucket: "files", Key: "k" }));
  const missing = await dynamodb
    .send(new GetItemCommand({ TableName: "nowhere", Key: { id: { S: "1" } } }))
    .catch((error: Error) => error.name);
  return [
    Messages?.length,
    Messages?.[0]?.Body?.slice(0, 5),
    await object.Body!.transformToString(),
    object.Metadata,
    missing,
  ];
}

const SEEN = [1, "hello", "data", { a: "b" }, "ResourceNotFoundException"];

test("what was recorded is played without anybody behind, at another port, whatever the time", async () => {
  const folder = newFolder();
  {
    await using cloud = await cloudOf(folder, "record");
    assert.deepEqual(await program(cloud), SEEN);
    assert.equal(cloud.cassette?.recorded, 7);
  }
  const files = readdirSync(folder);
  assert.deepEqual(files.slice(0, 3), [
    "0001-sqs.CreateQueue@jobs.yaml",
    "0002-sqs.SendMessage@jobs.yaml",
    "0003-sqs.ReceiveMessage@jobs.yaml",
  ]);
  assert.match(readFileSync(join(folder, files[0]!), "utf8"), /QueueUrl: http:\/\/\{host\}\//);

  await using cloud = await cloudOf(folder, "replay");
  assert.deepEqual(await program(cloud), SEEN);
  assert.deepEqual(cloud.digest(), [], "no service has done anything");
  const { played, missed, unplayed } = cloud.cassette!;
  assert.deepEqual([played, missed, unplayed], [7, [], []]);
});

test("faults strike what is played, and a read may be asked once more", async () => {
  const folder = newFolder();
  {
    await using cloud = await cloudOf(folder, "record");
    await program(cloud);
  }
  await using cloud = await cloudOf(folder, "replay");
  await program(cloud);
  const sqs = new SQSClient(clientOptions(cloud, "111122223333"));
  const QueueUrl = `${cloud.url}/queue/us-east-1/111122223333/jobs`;
  assert.equal((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.length, 1);
  const again = sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  await assert.rejects(
    again,
    /NoRecording|no sqs\.CreateQueue@jobs/,
    "a write is what it was, so often as it was",
  );
  await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, match: { service: "sqs" } });
  await assert.rejects(sqs.send(new ReceiveMessageCommand({ QueueUrl })), { name: "RequestThrottled" });
});

test("what the cassette does not have is refused with what comes nearest, or filled in", async () => {
  const folder = newFolder();
  {
    await using cloud = await cloudOf(folder, "record");
    await program(cloud);
  }
  {
    await using cloud = await cloudOf(folder, "replay");
    await assert.rejects(
      program(cloud, "other"),
      /has no sqs\.SendMessage@jobs.*MessageBody: "hello at .*" there, "other at .*" here/,
    );
    assert.equal(cloud.cassette?.missed.length, 1);
  }
  {
    await using cloud = await cloudOf(folder, "fill", { services: ["sqs"] });
    // The queue was only ever played: what is filled in finds none, and that is what is kept.
    await assert.rejects(program(cloud, "other"), { name: "QueueDoesNotExist" });
    assert.equal(cloud.cassette?.recorded, 1);
  }
  await using cloud = await cloudOf(folder, "replay");
  await assert.rejects(program(cloud, "other"), { name: "QueueDoesNotExist" });
});

test("secrets are not kept, unless they are asked for", async () => {
  for (const keepsSecrets of [false, true]) {
    const folder = newFolder();
    const asked = async (cloud: Cloud, SecretString: string) => {
      const client = new SecretsManagerClient(clientOptions(cloud, "111122223333"));
      await client.send(new CreateSecretCommand({ Name: "key", SecretString }));
      return (await client.send(new GetSecretValueCommand({ SecretId: "key" }))).SecretString;
    };
    {
      await using cloud = await testCloud({ cassette: { folder, mode: "record", keepsSecrets } });
      assert.equal(await asked(cloud, "hunter2hunter2"), "hunter2hunter2");
    }
    const kept = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("");
    assert.equal(kept.includes("hunter2hunter2"), keepsSecrets);
    await using cloud = await testCloud({ cassette: { folder, mode: "replay", keepsSecrets } });
    const played = keepsSecrets ? await asked(cloud, "hunter2hunter2") : await asked(cloud, "another secret");
    assert.equal(played, keepsSecrets ? "hunter2hunter2" : "***", "the input's secret has no say either");
  }
});

test("two answers are laid side by side, without what is made anew each time", async () => {
  const folder = newFolder();
  {
    await using cloud = await cloudOf(folder, "record");
    await program(cloud);
  }
  {
    await using cloud = await cloudOf(folder, "compare");
    assert.deepEqual(await program(cloud), SEEN);
    assert.deepEqual(cloud.cassette?.differences, []);
  }
  const file = join(folder, readdirSync(folder).find((name) => name.includes("GetObject"))!);
  writeFileSync(file, readFileSync(file, "utf8").replace("a: b", "a: c"));
  await using cloud = await cloudOf(folder, "compare");
  await program(cloud);
  const { differences } = cloud.cassette!;
  assert.deepEqual(
    differences.map(({ call }) => call.replace(/~.*/, "")),
    ["s3.GetObject@files"],
  );
  assert.deepEqual(differences[0]?.differences, ['output.Metadata.a: "c" there, "b" here']);
});

test("what services tell each other of their messages is neither in an answer nor in a cassette", async () => {
  const folder = newFolder();
  await using cloud = await cloudOf(folder, "record");
  const bodies: string[] = [];
  const asked = clientOptions(cloud, "111122223333");
  const listening = {
    ...asked,
    requestHandler: new (class extends NodeHttpHandler {
      override async handle(...given: Parameters<NodeHttpHandler["handle"]>) {
        const answer = await super.handle(...given);
        const body = await buffer(answer.response.body);
        bodies.push(body.toString("latin1"));
        answer.response.body = Readable.from([body]);
        return answer;
      }
    })(),
  };
  const sqs = new SQSClient(listening);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  for (const MessageBody of ["one", "two"]) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  assert.equal(Messages?.[0]?.Body, "one");
  const query = new URLSearchParams({ Action: "ReceiveMessage", Version: "2012-11-05", QueueUrl });
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/sqs/aws4_request",
  };
  const inXml = await (await fetch(cloud.url, { method: "POST", headers, body: query })).text();
  assert.match(inXml, /<Body>two<\/Body>/);
  bodies.push(inXml);

  const kinesis = new KinesisClient(listening);
  await kinesis.send(new CreateStreamCommand({ StreamName: "clicks", ShardCount: 1 }));
  await cloud.clock.advance("1m");
  await kinesis.send(
    new PutRecordCommand({ StreamName: "clicks", PartitionKey: "k", Data: Buffer.from("data") }),
  );
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: "clicks",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    }),
  );
  assert.equal((await kinesis.send(new GetRecordsCommand({ ShardIterator }))).Records?.length, 1);

  const dynamodb = new DynamoDBClient(listening);
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName: "orders",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  await cloud.clock.advance("1m");
  await dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: "1" } } }));
  const streams = new DynamoDBStreamsClient(listening);
  const StreamArn = TableDescription?.LatestStreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const iterator = await streams.send(
    new GetStreamIteratorCommand({
      StreamArn,
      ShardId: StreamDescription?.Shards?.[0]?.ShardId,
      ShardIteratorType: "TRIM_HORIZON",
    }),
  );
  const changes = await streams.send(new GetStreamRecordsCommand({ ShardIterator: iterator.ShardIterator }));
  assert.equal(changes.Records?.length, 1);

  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  const kept = files.map((file) => readFileSync(join(folder, file), "utf8"));
  for (const [name, operation] of [
    ["one", "ReceiveMessage"],
    ["two", "ReceiveMessage"],
    ["sequenceNumber", "GetRecords"],
    ["eventID", "GetRecords"],
  ] as const)
    assert.ok(
      kept.some((text) => text.includes(`.${operation}`) && text.toLowerCase().includes(name.toLowerCase())),
      `${operation} with ${name} was recorded`,
    );
  for (const text of [...bodies, ...kept]) assert.doesNotMatch(text, /sentBy/);
});

test("one process records in a folder at a time, and what was there goes with the first call", async () => {
  const folder = newFolder();
  const create = async (cloud: Cloud, QueueName: string) =>
    await new SQSClient(clientOptions(cloud)).send(new CreateQueueCommand({ QueueName }));
  {
    await using cloud = await cloudOf(folder, "record");
    await create(cloud, "one");
    for (const mode of ["record", "fill"] as const)
      await assert.rejects(cloudOf(folder, mode), /The cassette .* is in use: process \d+ has had it since/);
  }
  assert.deepEqual(readdirSync(folder), ["0001-sqs.CreateQueue@one.yaml"]);
  await using cloud = await cloudOf(folder, "record");
  assert.ok(readdirSync(folder).includes("0001-sqs.CreateQueue@one.yaml"), "nothing has been called yet");
  await create(cloud, "two");
  assert.deepEqual(
    readdirSync(folder).filter((file) => file.endsWith(".yaml")),
    ["0001-sqs.CreateQueue@two.yaml"],
  );
});

test("a file that is none is refused at the start", async () => {
  const folder = newFolder();
  {
    await using cloud = await cloudOf(folder, "record");
    await new SQSClient(clientOptions(cloud)).send(new CreateQueueCommand({ QueueName: "jobs" }));
  }
  writeFileSync(join(folder, "0002-odd.yaml"), "[]");
  await assert.rejects(cloudOf(folder, "replay"), /0002-odd\.yaml is no recorded call/);
  writeFileSync(join(folder, "0002-odd.yaml"), "a: [b");
  await assert.rejects(cloudOf(folder, "replay"), /0002-odd\.yaml is no recorded call: Flow sequence/);
  await assert.rejects(
    cloudOf(join(folder, "0002-odd.yaml"), "replay"),
    /is no folder that can be read \(ENOTDIR\)/,
  );
});

test("what another emulator answers is recorded through a gateway, and compared", needs("moto"), async () => {
  const folder = newFolder();
  const table = async (cloud: Cloud) => {
    const dynamodb = new DynamoDBClient(clientOptions(cloud, "111122223333"));
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "orders",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: "1" }, n: { N: "2" } } }));
    return (await dynamodb.send(new GetItemCommand({ TableName: "orders", Key: { id: { S: "1" } } }))).Item;
  };
  const item = { id: { S: "1" }, n: { N: "2" } };
  {
    await using moto = await emulator("moto");
    const upstreams = { "*": { url: moto.url, keepsHost: true } };
    await using front = await cloudOf(folder, "record", { isGateway: true, services: [], upstreams });
    assert.deepEqual(await table(front), item);
  }
  {
    await using cloud = await cloudOf(folder, "replay");
    assert.deepEqual(await table(cloud), item);
  }
  await using cloud = await cloudOf(folder, "compare");
  assert.deepEqual(await table(cloud), item);
  const { missed, differences } = cloud.cassette!;
  assert.deepEqual(missed, []);
  assert.ok(
    differences.every(({ call }) => call.startsWith("dynamodb.CreateTable")),
    JSON.stringify(differences),
  );
});

const cli = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const PROGRAM = `
import {
  SQSClient, CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand,
} from "@aws-sdk/client-sqs";
const sqs = new SQSClient({ maxAttempts: 1 });
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: process.argv[1] ?? "jobs" }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
`;
const command = [process.execPath, "--input-type=module", "--eval", PROGRAM];
const squall = (...args: string[]) =>
  run(process.execPath, [cli, ...args], { env: { ...process.env, NODE_OPTIONS: "" } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );

test("squall run plays a cassette, and fails for a call that it does not have", async () => {
  const cassette = newFolder();
  const recorded = await squall("run", "--cassette", cassette, "--cassette-mode", "record", "--", ...command);
  assert.match(recorded.stderr, /\(record\): 4 recorded/);
  const played = await squall("run", "--cassette", cassette, "--", ...command);
  assert.deepEqual(
    [played.code, /\(replay\): 0 recorded, 4 played, 0 missing/.test(played.stderr)],
    [0, true],
    played.stderr,
  );
  const other = await squall("run", "--cassette", cassette, "--", ...command, "others");
  assert.equal(other.code, 1);
  assert.match(other.stderr, /missing: sqs\.CreateQueue@others/);
  const nowhere = await squall("run", "--cassette", newFolder(), "--", ...command);
  assert.match(nowhere.stderr, /is not there: record it first/);
});

test("squall parity lists what an endpoint answers otherwise", needs("moto"), async () => {
  await using moto = await emulator("moto");
  const { code, stdout, stderr } = await squall("parity", moto.url, "--json", "--", ...command);
  const { alike, different, onlyThere, onlyHere, exits } = JSON.parse(stdout);
  assert.deepEqual(
    { exits, onlyThere, onlyHere },
    { exits: { there: 0, here: 0 }, onlyThere: [], onlyHere: [] },
    stderr,
  );
  assert.equal(alike + different.length, 4);
  // What each makes anew, and what is nobody's, is no difference.
  assert.ok(alike >= 3, stdout);
  assert.doesNotMatch(stdout, /ReceiptHandle|sentBy/);
  assert.equal(code, different.length > 0 ? 1 : 0);
  await using same = await testCloud();
  const alone = await squall("parity", same.url, "--", ...command);
  assert.deepEqual(
    [alone.code, alone.stdout],
    [0, "4 calls alike, 0 different, 0 only there, 0 only here\n"],
  );
});
