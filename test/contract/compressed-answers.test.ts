import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { crc32, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import type { Cloud } from "../../src/index.ts";
import { compressorOf } from "../../src/protocols/compression.ts";
import { newAccount, testCloud } from "../cloud.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What DynamoDB answers, byte by byte: `fetch` would undo the coding. */
async function dynamoDb(
  cloud: Cloud,
  account: string,
  operation: string,
  body: object | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const sent = request(`${cloud.url}/`, {
    method: "POST",
    headers: {
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "content-type": "application/x-amz-json-1.0",
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20261128/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
  });
  sent.end(body instanceof Uint8Array ? body : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

const Key = { id: { S: "1" } };

/** An account with a table whose one item has a text of so many characters. */
async function withItem(cloud: Cloud, length: number): Promise<string> {
  const account = newAccount();
  const options = { account, region: "us-east-1" };
  const table = {
    TableName: "orders",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  };
  await cloud.call("dynamodb", "CreateTable", table, options);
  const Item = { ...Key, text: { S: "x".repeat(length) } };
  await cloud.call("dynamodb", "PutItem", { TableName: "orders", Item }, options);
  return account;
}

const get = {
  TableName: "orders",
  Key,
  ProjectionExpression: "#t",
  ExpressionAttributeNames: { "#t": "text" },
};
/** What stands around a text in the answer to `get`. */
const AROUND = '{"Item":{"text":{"S":""}}}'.length;

test("DynamoDB compresses from 4096 bytes on for clients that ask, and sums up the bytes that it sends", async () => {
  await using cloud = await testCloud();
  const [small, large] = await Promise.all([withItem(cloud, 4095 - AROUND), withItem(cloud, 4096 - AROUND)]);
  for (const [coding, undo] of [
    ["gzip", gunzipSync],
    ["deflate", inflateSync],
  ] as const) {
    const asked = { "accept-encoding": coding };
    const { headers, body } = await dynamoDb(cloud, large, "GetItem", get, asked);
    assert.equal(headers["content-encoding"], coding);
    assert.equal(headers["content-length"], String(body.length));
    assert.equal(headers["x-amz-crc32"], String(crc32(body)));
    assert.equal(JSON.parse(undo(body).toString()).Item.text.S.length, 4096 - AROUND);
    const plain = await dynamoDb(cloud, small, "GetItem", get, asked);
    assert.deepEqual([plain.headers["content-encoding"], plain.body.length], [undefined, 4095]);
  }
  const unasked = await dynamoDb(cloud, large, "GetItem", get);
  assert.deepEqual([unasked.headers["content-encoding"], unasked.body.length], [undefined, 4096]);
  assert.equal(unasked.headers["x-amz-crc32"], String(crc32(unasked.body)));
});

test("DynamoDB's large errors say that they are compressed, and are not", async () => {
  await using cloud = await testCloud();
  const account = await withItem(cloud, 5000);
  const put = {
    TableName: "orders",
    Item: Key,
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  const { status, headers, body } = await dynamoDb(cloud, account, "PutItem", put, {
    "accept-encoding": "gzip",
  });
  assert.deepEqual([status, headers["content-encoding"]], [400, "gzip"]);
  assert.match(JSON.parse(body.toString()).__type, /#ConditionalCheckFailedException$/);
});

test("faults strike the compressed bytes", async () => {
  await using cloud = await testCloud();
  const account = await withItem(cloud, 5000);
  await cloud.faults.add({ service: "dynamodb", operation: "GetItem", corrupt: { atByte: 20 } });
  const { headers, body } = await dynamoDb(cloud, account, "GetItem", get, { "accept-encoding": "gzip" });
  assert.equal(headers["content-encoding"], "gzip");
  assert.notEqual(headers["x-amz-crc32"], String(crc32(body)));
});

test("EC2's large answers vary and are gzip; other services' are as they are", async () => {
  const answer = (length: number) => ({ status: 200, headers: {}, body: "x".repeat(length) });
  const plain = await compressorOf("ec2", undefined)!(answer(2048));
  assert.deepEqual(plain, { ...answer(2048), headers: { vary: "accept-encoding" } });
  const { headers, body } = await compressorOf("ec2", "gzip")!(answer(2048));
  assert.deepEqual(headers, { vary: "accept-encoding", "content-encoding": "gzip" });
  assert.equal(gunzipSync(body as Uint8Array).length, 2048);
  assert.deepEqual(await compressorOf("ec2", "gzip")!(answer(2047)), answer(2047));
  assert.equal(compressorOf("sqs", "gzip"), undefined);
  assert.equal(compressorOf("dynamodb", "identity"), undefined);
});

const put = { TableName: "orders", Item: { id: { S: "2" } } };
const text = Buffer.from(JSON.stringify(put));
const bomb = Buffer.concat([text, Buffer.alloc(16 * 1024 * 1024, " ")]);
/** Bodies of PutItem: how they are coded, and what DynamoDB answers. */
const BODIES: Readonly<[what: string, coding: string, body: Uint8Array, status: number]>[] = [
  ["gzip", "gzip", gzipSync(text), 200],
  [
    "gzip in two members",
    "gzip",
    Buffer.concat([gzipSync(text.subarray(0, 9)), gzipSync(text.subarray(9))]),
    200,
  ],
  ["deflate", "deflate", deflateSync(text), 200],
  ["what is not coded", "identity", text, 200],
  ["gzip that breaks off", "gzip", gzipSync(text).subarray(0, -1), 500],
  ["no gzip", "gzip", text, 500],
  ["an empty body that should be gzip", "gzip", new Uint8Array(), 500],
  ["no deflate", "deflate", text, 500],
  ["an empty body that should be deflate", "deflate", new Uint8Array(), 500],
  ["an unknown coding", "garbage", text, 500],
  ["a bomb of gzip", "gzip", gzipSync(bomb), 500],
  ["a bomb of deflate", "deflate", deflateSync(bomb), 500],
];

test("DynamoDB reads compressed requests; what it cannot read is its internal error, and does not happen", async () => {
  await using cloud = await testCloud();
  for (const [what, coding, body, status] of BODIES) {
    const account = await withItem(cloud, 1);
    const answer = await dynamoDb(cloud, account, "PutItem", body, { "content-encoding": coding });
    assert.equal(answer.status, status, what);
    if (status === 500) assert.match(answer.body.toString(), /#InternalServerError"/, what);
    const { Item } = await cloud.call<{ Item?: object }>(
      "dynamodb",
      "GetItem",
      { TableName: "orders", Key: put.Item },
      { account, region: "us-east-1" },
    );
    assert.equal(Item !== undefined, status === 200, what);
  }
});
