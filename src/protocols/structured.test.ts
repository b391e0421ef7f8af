import assert from "node:assert/strict";
import { test } from "node:test";
import { frozen } from "../core/frozen.ts";
import { sure } from "../core/sure.ts";
import { loadModel } from "../models/model.ts";
import { jsonLeaves } from "./json-leaves.ts";
import { StructuredCodecs } from "./structured.ts";

const codecs = new StructuredCodecs(sure(loadModel("dynamodb")), jsonLeaves("dynamodb"));
const read = codecs.reader({ shape: "PutItemInput" });
const write = codecs.writer({ shape: "GetItemOutput" });
const document = (text: string) => JSON.parse(text) as unknown;

test("what is absent, or not the model's, is left out wherever it stands; the rest keeps its order", () => {
  for (const [given, typed] of [
    ['{"TableName":"t","Item":{"a":{"S":"1"}}}', '{"TableName":"t","Item":{"a":{"S":"1"}}}'],
    ['{"X":1,"TableName":"t","Item":null,"ReturnValues":"NONE"}', '{"TableName":"t","ReturnValues":"NONE"}'],
    ['{"TableName":"t","X":{"S":1},"ReturnValues":null}', '{"TableName":"t"}'],
    [
      '{"Item":{"a":{"S":"1"},"b":null,"__proto__":{"N":"2"},"c":{"L":[{"S":"x"},null,{"S":"y","X":0}]}}}',
      '{"Item":{"a":{"S":"1"},"__proto__":{"N":"2"},"c":{"L":[{"S":"x"},{"S":"y"}]}}}',
    ],
  ] as const)
    assert.equal(JSON.stringify(read(document(given), 0)), typed, given);
  const { Item } = read(document('{"Item":{"a":{"B":"AQI="}}}'), 0) as { Item: { a: { B: Uint8Array } } };
  assert.deepEqual([...Item.a.B], [1, 2]);
});

test("an output is written without being changed, and without what is absent", () => {
  const bytes = Uint8Array.of(1, 2);
  for (const [output, text] of [
    [{ Item: { a: { S: "1" }, b: { L: [{ N: "2" }] } } }, '{"Item":{"a":{"S":"1"},"b":{"L":[{"N":"2"}]}}}'],
    [
      { Item: { a: { S: "1" }, b: { S: undefined }, c: { S: "3" } } },
      '{"Item":{"a":{"S":"1"},"b":{},"c":{"S":"3"}}}',
    ],
    [{ Item: { a: undefined, b: { SS: ["x", null, "y"] } } }, '{"Item":{"b":{"SS":["x","y"]}}}'],
    [{ Item: { a: { S: "1", X: "2" }, b: { S: "2" } } }, '{"Item":{"a":{"S":"1"},"b":{"S":"2"}}}'],
    [{ Item: { a: { S: "1" } }, ConsumedCapacity: undefined, X: 1 }, '{"Item":{"a":{"S":"1"}}}'],
    [{ Item: Object.assign(Object.create(null), { a: { BOOL: false } }) }, '{"Item":{"a":{"BOOL":false}}}'],
  ] as const)
    assert.equal(JSON.stringify(write(frozen(output))), text);
  assert.equal(
    JSON.stringify(write({ Item: { a: { S: "1" }, b: { M: { c: { B: bytes } } }, d: { S: "2" } } })),
    '{"Item":{"a":{"S":"1"},"b":{"M":{"c":{"B":"AQI="}}},"d":{"S":"2"}}}',
  );
});
