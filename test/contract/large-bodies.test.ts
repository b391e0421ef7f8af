import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { atOnce, isLarge, markLarge } from "../../src/core/unhurried.ts";
import { loadModel } from "../../src/models/model.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { validateInput, validateLarge } from "../../src/protocols/validate.ts";
import { requestOf } from "./model.ts";

/* What is read, checked and written with pauses comes out as what is done at once: the same values, the same errors. */

const model = loadModel("dynamodb")!;
const codec = createProtocol(model);

/** A thing or the error that it ends with. */
function ended(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => ({ N: String(at) }));
const item = (more: object = {}) => ({ id: { S: "é\n" }, list: { L: numbers(20_000) }, ...more });
const puts = (...items: object[]) => ({
  RequestItems: { ttt: items.map((Item) => ({ PutRequest: { Item } })) },
});

const BODIES: readonly [string, string, unknown][] = [
  [
    "items",
    "BatchWriteItem",
    puts(item(), item({ a: { BS: ["AQ==", "Ag=="] }, b: { M: { c: { NULL: true } } } })),
  ],
  [
    "unknown members and nulls",
    "BatchWriteItem",
    { x: numbers(20_000), ...puts(item({ a: { S: null, Y: 1 } })) },
  ],
  [
    "names of prototypes",
    "BatchWriteItem",
    JSON.parse(
      `{"RequestItems":{"ttt":[{"PutRequest":{"Item":{"__proto__":{"L":[${'{"S":"x"},'.repeat(20_000)}{"S":"y"}]},"constructor":{"S":"c"}}}}]}}`,
    ),
  ],
  [
    "a wrong type behind much",
    "BatchWriteItem",
    puts(item(), item({ z: { L: [...numbers(20_000), { S: 1 }] } })),
  ],
  ["a list that is none", "BatchWriteItem", puts(item({ z: { L: { x: numbers(20_000) } } }))],
  ["an object that is a list", "BatchWriteItem", { RequestItems: [numbers(40_000)] }],
  ["too many writes", "BatchWriteItem", puts(...Array(26).fill(item()))],
  ["a table without a name", "PutItem", { TableName: "", Item: item() }],
  [
    "no item, and a filter",
    "PutItem",
    { TableName: "ttt", Expected: { a: { AttributeValueList: numbers(30_000) } } },
  ],
  [
    "names that are too long",
    "PutItem",
    {
      TableName: "t",
      Item: {
        list: {
          M: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}`.repeat(66_000), { S: "" }])),
        },
      },
    },
  ],
];

for (const [name, operation, document] of BODIES) {
  test(`${name}: decoded and checked with pauses as at once`, () => {
    const headers = { "x-amz-target": `DynamoDB_20120810.${operation}` };
    const request = () => requestOf({ path: "/", body: Buffer.from(JSON.stringify(document)), headers });
    const decoded = ended(() => codec.decode(request()));
    const slowly = ended(() => atOnce(codec.decodeLarge!(request())));
    assert.deepEqual(slowly, decoded);
    if (typeof decoded === "string") return;
    const { input } = slowly as { input: Record<string, unknown> };
    assert.ok(isLarge(input));
    assert.equal(
      ended(() => atOnce(validateLarge(model, operation, input))),
      ended(() => validateInput(model, operation, input)),
    );
  });
}

test("an output that is marked as large is written as one that is not", () => {
  const output = (mark: <T extends object>(part: T) => T) =>
    mark({
      Responses: mark(JSON.parse('{"__proto__":[{"a":{"B":null}}],"ttt":[]}') as object),
      UnprocessedKeys: mark({ ttt: { Keys: mark([{ id: { B: Buffer.from("x") } }, { id: { S: "é" } }]) } }),
      ConsumedCapacity: mark([
        { TableName: "ttt", CapacityUnits: 1 },
        { CapacityUnits: 1.5, TableName: undefined },
      ]),
    });
  const whole = codec.encodeOutput(
    "BatchGetItem",
    output((part) => part),
    "id",
  );
  assert.deepEqual(atOnce(codec.encodeLarge!("BatchGetItem", output(markLarge), "id")), whole);
});
