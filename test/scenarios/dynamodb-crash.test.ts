import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";

const ROUNDS = 4;
const WRITERS = 8;
const TableName = "ledger";
const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly items: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
}

async function start(dataDir: string): Promise<Running> {
  const options = { dataDir, services: ["dynamodb", "dynamodbstreams"] };
  const child = spawn(process.execPath, [server, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const client = {
    endpoint: line.toString().trim(),
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return { child, items: new DynamoDBClient(client), streams: new DynamoDBStreamsClient(client) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** Writes until the server is gone: single items, and pairs that must be there both or not at all. */
async function write(client: DynamoDBClient, writer: string, acknowledged: Set<string>): Promise<void> {
  for (let n = 0; ; n++) {
    const item = (p: string) => ({ p: { S: p }, group: { S: writer }, pair: { S: `${writer}-${n}` } });
    const names = n % 2 ? [`${writer}-${n}`] : [`${writer}-${n}-left`, `${writer}-${n}-right`];
    try {
      if (names.length === 1) await client.send(new PutItemCommand({ TableName, Item: item(names[0]!) }));
      else {
        const TransactItems = names.map((name) => ({ Put: { TableName, Item: item(name) } }));
        await client.send(new TransactWriteItemsCommand({ TransactItems }));
      }
    } catch {
      return;
    }
    for (const name of names) acknowledged.add(name);
  }
}

async function scan(client: DynamoDBClient, IndexName?: string): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, IndexName, ExclusiveStartKey }));
    items.push(...page.Items!);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

async function streamed(client: DynamoDBStreamsClient, StreamArn: string): Promise<string[]> {
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const names: string[] = [];
  for (const { ShardId } of StreamDescription!.Shards!) {
    let { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    for (;;) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator }));
      if (page.Records!.length === 0) break;
      names.push(...page.Records!.map(({ dynamodb }) => dynamodb!.Keys!["p"]!.S!));
      ShardIterator = page.NextShardIterator;
    }
  }
  return names;
}

test(`nothing acknowledged is lost, and indexes and stream agree with the items, when the process is killed while it writes, ${ROUNDS} times over`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-dynamodb-crash-"));
  const acknowledged = new Set<string>();
  let running = await start(dataDir);
  const { TableDescription } = await running.items.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "p", AttributeType: "S" },
        { AttributeName: "group", AttributeType: "S" },
      ],
      KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-group",
          KeySchema: [{ AttributeName: "group", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const { items, child } = running;
    const enough = acknowledged.size + 200;
    const writers = Array.from({ length: WRITERS }, (_, at) => write(items, `${round}-${at}`, acknowledged));
    while (acknowledged.size < enough) await new Promise((resolve) => setImmediate(resolve));
    await kill(child);
    await Promise.all(writers);
    running = await start(dataDir);
  }

  const found = await scan(running.items);
  const names = new Set(found.map(({ p }) => p!.S!));
  const lost = [...acknowledged].filter((name) => !names.has(name));
  assert.deepEqual(lost, []);
  const halves = [...names].filter((name) => {
    const other = name.endsWith("-left") ? name.replace("-left", "-right") : name.replace("-right", "-left");
    return !names.has(other);
  });
  assert.deepEqual(halves, []);
  const sorted = [...names].sort();
  assert.deepEqual((await scan(running.items, "by-group")).map(({ p }) => p!.S!).sort(), sorted);
  assert.deepEqual((await streamed(running.streams, TableDescription!.LatestStreamArn!)).sort(), sorted);
  const { Count } = await running.items.send(
    new QueryCommand({
      TableName,
      IndexName: "by-group",
      KeyConditionExpression: "#g = :g",
      ExpressionAttributeNames: { "#g": "group" },
      ExpressionAttributeValues: { ":g": { S: "0-0" } },
      Select: "COUNT",
    }),
  );
  assert.equal(Count, found.filter(({ group }) => group!.S === "0-0").length);
  await kill(running.child);
  rmSync(dataDir, { recursive: true });
});
