import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const TableName = "accounts";
const key = (name: string) => ({ p: { S: name } });
const add = (name: string, amount: number): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(name),
    UpdateExpression: "ADD balance :amount",
    ConditionExpression: "attribute_exists(p)",
    ExpressionAttributeValues: { ":amount": { N: `${amount}` } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});
const balance = async (name: string) =>
  (await it.client.send(new GetItemCommand({ TableName, Key: key(name) }))).Item?.["balance"]?.N;
const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  it.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

before(async () => {
  await it.client.send(new CreateTableCommand(tableInput(TableName, { hashOnly: true })));
  for (const name of ["ann", "bob"])
    await it.client.send(new PutItemCommand({ TableName, Item: { ...key(name), balance: { N: "100" } } }));
});

test("all actions are carried out, or none with a reason for each", async () => {
  await write([add("ann", -10), add("bob", 10)]);
  assert.deepEqual([await balance("ann"), await balance("bob")], ["90", "110"]);
  await assert.rejects(write([add("ann", -10), add("nobody", 10)]), {
    name: "TransactionCanceledException",
    message:
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
    CancellationReasons: [
      { Code: "None" },
      { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
    ],
  });
  assert.equal(await balance("ann"), "90");
});

test("no item may come twice", async () => {
  await assert.rejects(write([add("ann", 1), add("ann", 1)]), {
    name: "ValidationException",
    message: "Transaction request cannot include multiple operations on one item",
  });
});

test("a token makes a repetition harmless for ten minutes", async () => {
  const before = Number(await balance("bob"));
  await write([add("bob", 1)], "token-1");
  await write([add("bob", 1)], "token-1");
  assert.equal(Number(await balance("bob")), before + 1);
  await assert.rejects(write([add("bob", 2)], "token-1"), { name: "IdempotentParameterMismatchException" });
  await it.cloud.clock.advance("PT10M");
  await write([add("bob", 1)], "token-1");
  assert.equal(Number(await balance("bob")), before + 2);
});

test("reads come in the order of the request", async () => {
  const { Responses } = await it.client.send(
    new TransactGetItemsCommand({
      TransactItems: ["bob", "nobody", "ann"].map((name) => ({ Get: { TableName, Key: key(name) } })),
    }),
  );
  assert.deepEqual(
    Responses!.map(({ Item }) => Item?.["p"]?.S),
    ["bob", undefined, "ann"],
  );
});

describe("under faults", () => {
  test("a transaction is cancelled for a conflict at the chosen item", async () => {
    await it.cloud.faults.add({
      point: "dynamodb:transaction",
      effect: "conflict",
      params: { item: 1 },
      times: 1,
    });
    await assert.rejects(
      write([add("ann", 1), add("bob", 1)]),
      (error: Error & { CancellationReasons?: unknown }) => {
        assert.deepEqual(error.CancellationReasons, [
          { Code: "None" },
          { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" },
        ]);
        return true;
      },
    );
  });

  test("a slow transaction holds its items: writers meet a conflict, readers do not", async () => {
    await it.cloud.faults.add({
      point: "dynamodb:transaction",
      effect: "latency",
      params: { ms: 60_000 },
      times: 1,
    });
    const slow = write([add("ann", 1)]);
    const put = new PutItemCommand({
      TableName,
      Item: key("ann"),
      ConditionExpression: "attribute_not_exists(p)",
    });
    const refusal = () => it.client.send(put).catch((error: Error) => error.message);
    // Until the transaction has come to its items, the put fails for its condition.
    let message = await refusal();
    for (let n = 0; n < 100 && message === "The conditional request failed"; n++) message = await refusal();
    assert.equal(message, "Transaction is ongoing for the item");
    await assert.rejects(write([add("ann", 5)]), { name: "TransactionCanceledException" });
    const before = Number(await balance("ann"));
    await it.cloud.clock.advance("PT2M");
    await slow;
    assert.equal(Number(await balance("ann")), before + 1);
  });
});
