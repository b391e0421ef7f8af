import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadResult } from "./load.ts";
import { ask, atOnce, type Figure, jsonHead, load, median, perSecond, type Server, serve } from "./tools.ts";

const TABLE = "bench";
const ROUNDS = 3;
const CONNECTIONS = 16;
/** Items that reads and updates go to. */
const ITEMS = 1000;

const call = (port: number, operation: string, body: object) =>
  ask(port, "dynamodb", `DynamoDB_20120810.${operation}`, body);

const key = (n: string) => ({ p: { S: `partition-${n}` }, s: { N: "1" } });
const item = (n: string) => ({ ...key(n), name: { S: "x".repeat(100) }, price: { N: "49.99" } });

/** What is measured: the operation and its body; `{number}` runs. */
export const OPERATIONS: Record<string, { operation: string; body: object; numbers?: number }> = {
  PutItem: { operation: "PutItem", body: { TableName: TABLE, Item: item("{number}") } },
  GetItem: { operation: "GetItem", body: { TableName: TABLE, Key: key("{number}") }, numbers: ITEMS },
  "Query of one item": {
    operation: "Query",
    body: {
      TableName: TABLE,
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": { S: "partition-{number}" } },
    },
    numbers: ITEMS,
  },
  "Query of 50 items": {
    operation: "Query",
    body: {
      TableName: TABLE,
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": { S: "fifty" } },
    },
  },
  "UpdateItem with a condition": {
    operation: "UpdateItem",
    body: {
      TableName: TABLE,
      Key: key("{number}"),
      UpdateExpression: "SET price = price + :one",
      ConditionExpression: "attribute_exists(p)",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    },
    numbers: ITEMS,
  },
  "BatchWriteItem of 25": {
    operation: "BatchWriteItem",
    body: {
      RequestItems: {
        [TABLE]: Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: item(`${at}-{number}`) } })),
      },
    },
  },
};

/** DynamoDB beside dynalite and beside a bare `node:http` server that parses and answers the same JSON. */
export default async function bench(): Promise<Figure[]> {
  return [...(await compare()), ...(await durable())];
}

async function compare(): Promise<Figure[]> {
  await using squall = await serve("squall");
  await using dynalite = await serve("dynalite");
  await using bare = await serve("bare");
  for (const server of [squall, dynalite]) await prepareTable(server);
  const figures: Figure[] = [];
  for (const name of Object.keys(OPERATIONS)) {
    const runs: Record<"squall" | "dynalite" | "bare", LoadResult[]> = { squall: [], dynalite: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      runs.squall.push(await measure(squall, name));
      runs.dynalite.push(await measure(dynalite, name));
      runs.bare.push(await measure(bare, name));
    }
    for (const [who, results] of Object.entries(runs))
      figures.push({ name, value: `${who} ${perSecond(results.at(-1)!)}` });
    const ratio = (other: readonly LoadResult[]) =>
      median(runs.squall.map(({ perSecond }, round) => perSecond / other[round]!.perSecond));
    const isTarget = name === "PutItem" || name === "GetItem";
    const toDynalite = ratio(runs.dynalite);
    const toBare = ratio(runs.bare);
    const tail = median(runs.squall.map(({ p99Ms, p50Ms }) => p99Ms / p50Ms));
    figures.push(
      {
        name: `${name}, squall / dynalite`,
        value: toDynalite.toFixed(2),
        ...(isTarget && { target: "≥ 2.00", reached: toDynalite >= 2 }),
      },
      {
        name: `${name}, squall / bare node:http`,
        value: toBare.toFixed(2),
        ...(isTarget && { target: "≥ 0.60", reached: toBare >= 0.6 }),
      },
      { name: `${name}, p99 / p50`, value: tail.toFixed(2), target: "≤ 4", reached: tail <= 4 },
    );
  }
  return figures;
}

/** The same writes with a data directory. */
async function durable(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "squall-bench-"));
  try {
    await using memory = await serve("squall");
    await using file = await serve("squall", JSON.stringify({ dataDir }));
    for (const server of [memory, file]) await prepareTable(server);
    const shares: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const inMemory = await measure(memory, "PutItem");
      shares.push((await measure(file, "PutItem")).perSecond / inMemory.perSecond);
    }
    const share = median(shares);
    return [
      {
        name: "PutItem, durable / in memory",
        value: share.toFixed(2),
        target: "≥ 0.80",
        reached: share >= 0.8,
      },
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function measure(server: Server, name: string): Promise<LoadResult> {
  const { operation, body, numbers } = OPERATIONS[name]!;
  return load({
    port: server.port,
    requests: [{ head: headFor(server, operation), body: JSON.stringify(body) }],
    connections: CONNECTIONS,
    warmupMs: 1000,
    durationMs: 2000,
    ...(numbers !== undefined && { numbers }),
  });
}

export function headFor({ port }: Server, operation: string): string {
  return jsonHead({ port, service: "dynamodb", target: `DynamoDB_20120810.${operation}` });
}

export function createTable(port: number) {
  return call(port, "CreateTable", {
    TableName: TABLE,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "p", AttributeType: "S" },
      { AttributeName: "s", AttributeType: "N" },
    ],
    KeySchema: [
      { AttributeName: "p", KeyType: "HASH" },
      { AttributeName: "s", KeyType: "RANGE" },
    ],
  });
}

/** The table, with what the operations read. */
export async function prepareTable({ port }: Server): Promise<void> {
  await createTable(port);
  for (;;) {
    const { Table } = (await call(port, "DescribeTable", { TableName: TABLE })) as {
      Table: { TableStatus: string };
    };
    if (Table.TableStatus === "ACTIVE") break;
  }
  await putMany(port, ITEMS);
  for (let s = 0; s < 50; s++) {
    await call(port, "PutItem", {
      TableName: TABLE,
      Item: { ...item("x"), p: { S: "fifty" }, s: { N: `${s}` } },
    });
  }
}

/** Items by the numbers from 0. */
export async function putMany(port: number, count: number): Promise<void> {
  const write = (from: number) =>
    call(port, "BatchWriteItem", {
      RequestItems: {
        [TABLE]: Array.from({ length: Math.min(25, count - from) }, (_, at) => ({
          PutRequest: { Item: item(String(from + at).padStart(8, "0")) },
        })),
      },
    });
  await atOnce(Math.ceil(count / 25), async (at) => {
    await write(at * 25);
  });
}
