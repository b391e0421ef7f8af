import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { fixture, tableInput, wireCall } from "./fixture.test.ts";

const { cloud, client, account } = await fixture();

/** The answer as it is on the wire. */
async function bytesOf(operation: string, input: object): Promise<string> {
  const response = await wireCall({ cloud, account }, operation, input);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

const base64 = fc
  .uint8Array({ minLength: 1, maxLength: 8 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));
const name = fc.constantFrom(
  "a",
  "b",
  "ä",
  "\u{1f4a5}",
  "Item",
  "__proto__",
  "toJSON",
  'with "quotes"',
  "\u2028",
);
const value = fc.letrec<{ any: object }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc.record({ S: fc.string({ unit: "grapheme" }) }),
    fc.record({
      N: fc.oneof(
        fc.integer().map(String),
        fc.constantFrom("1e10", "0.10", "-0", "123456789012345678901234567890"),
      ),
    }),
    fc.record({ B: base64 }),
    fc.record({ BOOL: fc.boolean() }),
    fc.constant({ NULL: true }),
    fc.uniqueArray(base64, { minLength: 1, maxLength: 3 }).map((BS) => ({ BS })),
    fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    fc.array(tie("any"), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(name, tie("any"), { maxKeys: 3 }).map((M) => ({ M: { ...M } })),
  ),
})).any;

test("an item that goes to the client as it is kept is, byte for byte, the one that is read and written", async () => {
  await client.send(new CreateTableCommand(tableInput("kept")));
  let p = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(name, value, { maxKeys: 4 }), { minLength: 1, maxLength: 4 }),
      async (items) => {
        p++;
        for (const [s, item] of items.entries())
          await bytesOf("PutItem", {
            TableName: "kept",
            Item: { ...item, p: { S: String(p) }, s: { N: String(s) } },
          });
        const Key = { p: { S: String(p) }, s: { N: "0" } };
        const kept = await bytesOf("GetItem", { TableName: "kept", Key });
        // What it consumed is only told of an item that has been read.
        const read = await bytesOf("GetItem", { TableName: "kept", Key, ReturnConsumedCapacity: "TOTAL" });
        assert.ok(read.startsWith(`${kept.slice(0, -1)},"ConsumedCapacity":`), read);

        const asked = {
          TableName: "kept",
          KeyConditionExpression: "p = :p",
          ExpressionAttributeValues: { ":p": { S: String(p) } },
        };
        const texts = [];
        for (const s of items.keys()) {
          const one = await bytesOf("GetItem", { TableName: "kept", Key: { ...Key, s: { N: String(s) } } });
          texts.push(one.slice('{"Item":'.length, -1));
        }
        const count = `"Count":${items.length},"ScannedCount":${items.length}`;
        assert.equal(await bytesOf("Query", asked), `{"Items":[${texts.join(",")}],${count}}`);
        const cut = JSON.parse(
          await bytesOf("Query", { ...asked, Limit: 1, ReturnConsumedCapacity: "TOTAL" }),
        );
        assert.deepEqual(cut, {
          Items: [JSON.parse(texts[0] ?? "")],
          Count: 1,
          ScannedCount: 1,
          LastEvaluatedKey: Key,
          ConsumedCapacity: { TableName: "kept", CapacityUnits: 0.5 },
        });
        const filtered = await bytesOf("Query", {
          ...asked,
          FilterExpression: "attribute_exists(a)",
        });
        const left = texts.filter((text) => Object.hasOwn(JSON.parse(text), "a"));
        assert.equal(
          filtered,
          `{"Items":[${left.join(",")}],"Count":${left.length},"ScannedCount":${items.length}}`,
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("names with escapes are those that were given, after others that look alike", async () => {
  await client.send(new CreateTableCommand(tableInput("escaped", { hashOnly: true })));
  // Behind a member that only these have, V8 expects the name that was there before.
  const M = (name: string) => ({
    M: { escaped: { S: "" }, [name]: { M: { escapes: { S: "" }, [name]: { S: "" } } } },
  });
  for (const [p, name] of ["\\", '"', "e\\", "e\t", "a\\b", "a\bc"].entries()) {
    const Item = { p: { S: String(p) }, m: M(name) };
    await bytesOf("PutItem", { TableName: "escaped", Item });
    const asked = { TableName: "escaped", Key: { p: Item.p } };
    const wanted = `"m":${JSON.stringify(Item.m)}`;
    for (const more of [{}, { ReturnConsumedCapacity: "TOTAL" }, { ProjectionExpression: "m" }])
      assert.ok((await bytesOf("GetItem", { ...asked, ...more })).includes(wanted), wanted);
    const update = { UpdateExpression: "SET n = m, o = :o", ExpressionAttributeValues: { ":o": Item.m } };
    const updated = await bytesOf("UpdateItem", { ...asked, ...update, ReturnValues: "ALL_NEW" });
    for (const member of ["m", "n", "o"])
      assert.ok(updated.includes(`"${member}":${JSON.stringify(Item.m)}`), updated);
  }
});

test("a service that asks, and a client whose answer is bent, have the same item", async () => {
  await client.send(new CreateTableCommand(tableInput("asked", { hashOnly: true })));
  const Item = { p: { S: "1" }, b: { B: Buffer.from([1, 2]) }, n: { N: "1.5" } };
  const Key = { p: { S: "1" } };
  await cloud.call("dynamodb", "PutItem", { TableName: "asked", Item }, { account });
  assert.deepEqual(await cloud.call("dynamodb", "GetItem", { TableName: "asked", Key }, { account }), {
    Item,
  });
  assert.deepEqual(await cloud.call("dynamodb", "Scan", { TableName: "asked", Limit: 1 }, { account }), {
    Items: [Item],
    Count: 1,
    ScannedCount: 1,
    LastEvaluatedKey: Key,
  });
  const whole = await bytesOf("GetItem", { TableName: "asked", Key });
  const rule = await cloud.faults.add({
    service: "dynamodb",
    operation: "GetItem",
    effect: "headers",
    params: { set: { "x-a": "b" } },
  });
  assert.equal(await bytesOf("GetItem", { TableName: "asked", Key }), whole);
  await cloud.faults.remove(rule.id);
});
