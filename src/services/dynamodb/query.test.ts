import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const names = ["a", "ab", "abc", "b", "\u{ff5e}", "\u{1f600}", "é"];

type Model = Map<string, { p: string; s: string; g?: string; n: number }>;

/** What a Query must give, worked out the slow way. */
function expected(model: Model, ask: Ask): string[] {
  const key = ask.index ? (item: { g?: string }) => item.g : (item: { p: string }) => item.p;
  const inRange = ({ s }: { s: string }) => {
    const order = bytes(s, ask.value);
    switch (ask.operator) {
      case "none":
        return true;
      case "=":
        return order === 0;
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case ">":
        return order > 0;
      case ">=":
        return order >= 0;
      case "begins_with":
        return s.startsWith(ask.value);
      case "between":
        return order >= 0 && bytes(s, ask.upper) <= 0;
    }
  };
  const found = [...model.values()].filter((item) => key(item) === ask.partition && inRange(item));
  found.sort((x, y) => bytes(x.s, y.s) || bytes(x.p, y.p));
  const ids = found.filter(({ n }) => n >= ask.least).map(({ p, s }) => `${p}/${s}`);
  return ask.forward ? ids : ids.reverse();
}

const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

interface Ask {
  readonly index: boolean;
  readonly partition: string;
  readonly operator: "none" | "=" | "<" | "<=" | ">" | ">=" | "begins_with" | "between";
  readonly value: string;
  readonly upper: string;
  readonly forward: boolean;
  readonly limit: number;
  readonly least: number;
}

const name = fc.constantFrom(...names);
const ask: fc.Arbitrary<Ask> = fc
  .record({
    index: fc.boolean(),
    partition: fc.constantFrom(...names.slice(0, 3)),
    operator: fc.constantFrom("none", "=", "<", "<=", ">", ">=", "begins_with", "between") as fc.Arbitrary<
      Ask["operator"]
    >,
    value: name,
    upper: name,
    forward: fc.boolean(),
    limit: fc.integer({ min: 1, max: 5 }),
    least: fc.integer({ min: 0, max: 3 }),
  })
  .map((made) =>
    bytes(made.value, made.upper) <= 0 ? made : { ...made, value: made.upper, upper: made.value },
  );

const item = fc.record({
  p: fc.constantFrom(...names.slice(0, 3)),
  s: name,
  g: fc.option(fc.constantFrom(...names.slice(0, 3)), { nil: undefined }),
  n: fc.integer({ min: 0, max: 3 }),
});

async function query(TableName: string, asked: Ask): Promise<string[]> {
  const partition = asked.index ? "g" : "p";
  const range = {
    none: "",
    begins_with: " AND begins_with(s, :v)",
    between: " AND s BETWEEN :v AND :u",
  } as Record<string, string>;
  const input: QueryCommandInput = {
    TableName,
    ...(asked.index && { IndexName: "by-g" }),
    KeyConditionExpression: `${partition} = :p${range[asked.operator] ?? ` AND s ${asked.operator} :v`}`,
    FilterExpression: "n >= :n",
    ExpressionAttributeValues: {
      ":p": { S: asked.partition },
      ":n": { N: `${asked.least}` },
      ...(asked.operator !== "none" && { ":v": { S: asked.value } }),
      ...(asked.operator === "between" && { ":u": { S: asked.upper } }),
    },
    ScanIndexForward: asked.forward,
    Limit: asked.limit,
  };
  const ids: string[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await it.client.send(new QueryCommand({ ...input, ExclusiveStartKey }));
    assert.ok(page.ScannedCount! <= asked.limit);
    ids.push(...page.Items!.map(({ p, s }) => `${p!.S}/${s!.S}`));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return ids;
}

let tables = 0;

test("a Query gives, page by page, what a naive search gives", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { minLength: 1, maxLength: 20 }),
      fc.array(fc.nat({ max: 19 }), { maxLength: 4 }),
      fc.array(ask, { minLength: 6, maxLength: 6 }),
      async (items, removals, asks) => {
        const TableName = `model-${tables++}`;
        await it.client.send(
          new CreateTableCommand(
            tableInput(TableName, {
              AttributeDefinitions: ["p", "s", "g"].map((AttributeName) => ({
                AttributeName,
                AttributeType: "S",
              })),
              GlobalSecondaryIndexes: [
                {
                  IndexName: "by-g",
                  KeySchema: [
                    { AttributeName: "g", KeyType: "HASH" },
                    { AttributeName: "s", KeyType: "RANGE" },
                  ],
                  Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["n"] },
                },
              ],
            }),
          ),
        );
        const model: Model = new Map();
        for (const made of items) {
          model.set(`${made.p}/${made.s}`, made);
          const Item = {
            p: { S: made.p },
            s: { S: made.s },
            n: { N: `${made.n}` },
            ...(made.g !== undefined && { g: { S: made.g } }),
          };
          await it.client.send(new PutItemCommand({ TableName, Item }));
        }
        for (const position of removals) {
          const { p, s } = items[position % items.length]!;
          model.delete(`${p}/${s}`);
          await it.client.send(new DeleteItemCommand({ TableName, Key: { p: { S: p }, s: { S: s } } }));
        }
        for (const asked of asks) assert.deepEqual(await query(TableName, asked), expected(model, asked));
      },
    ),
    { numRuns: 40 },
  );
});

test("a page ends before 1 MB, whatever the limit", async () => {
  const TableName = "big-pages";
  await it.client.send(new CreateTableCommand(tableInput(TableName)));
  const put = (s: number) => ({
    PutRequest: { Item: { p: { S: "a" }, s: { N: `${s}` }, x: { S: "x".repeat(100_000) } } },
  });
  await it.client.send(
    new BatchWriteItemCommand({
      RequestItems: { [TableName]: Array.from({ length: 12 }, (_, s) => put(s)) },
    }),
  );
  const page = await it.client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": { S: "a" } },
      Limit: 100,
    }),
  );
  assert.equal(page.Count, 10);
  assert.deepEqual(page.LastEvaluatedKey, { p: { S: "a" }, s: { N: "9" } });
});

const refusals: [string, Partial<QueryCommandInput>, string][] = [
  [
    "no condition",
    {},
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
  ],
  [
    "a missing partition key",
    { KeyConditionExpression: "s = :s", ExpressionAttributeValues: { ":s": { N: "1" } } },
    "Query condition missed key schema element: p",
  ],
  [
    "an inequality of the partition key",
    { KeyConditionExpression: "p > :p", ExpressionAttributeValues: { ":p": { S: "a" } } },
    "Query key condition not supported",
  ],
  [
    "a value of the wrong type",
    { KeyConditionExpression: "p = :p", ExpressionAttributeValues: { ":p": { N: "1" } } },
    "One or more parameter values were invalid: Condition parameter type does not match schema type",
  ],
  [
    "a filter on a key",
    {
      KeyConditionExpression: "p = :p",
      FilterExpression: "s = :s",
      ExpressionAttributeValues: { ":p": { S: "a" }, ":s": { N: "1" } },
    },
    "Filter Expression can only contain non-primary key attributes: Primary key attribute: s",
  ],
  [
    "an unknown index",
    {
      IndexName: "nothing",
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": { S: "a" } },
    },
    "The table does not have the specified index: nothing",
  ],
  [
    "a starting key of another partition",
    {
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": { S: "a" } },
      ExclusiveStartKey: { p: { S: "b" }, s: { N: "1" } },
    },
    "The provided starting key is outside query boundaries based on provided conditions",
  ],
];
for (const [what, input, message] of refusals) {
  test(`a Query refuses ${what}`, async () => {
    await it.client.send(new CreateTableCommand(tableInput("refusals"))).catch(() => {});
    await assert.rejects(it.client.send(new QueryCommand({ TableName: "refusals", ...input })), {
      name: "ValidationException",
      message,
    });
  });
}
