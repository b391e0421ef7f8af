import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, Tagged } from "cborg";
import { AwsError } from "../../src/core/aws-error.ts";
import { decodeMessages } from "../../src/core/event-message.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/http.ts";
import { loadModel } from "../../src/models/model.ts";
import { protocolFor } from "../../src/protocols/protocol.ts";

/** `application/x-amz-cbor-1.1`: awsJson's operations in CBOR, as the Java SDKs speak to Kinesis. */

const model = loadModel("kinesis")!;
const TYPE = "application/x-amz-cbor-1.1";

const request = (operation: string, input: object): HttpRequest => ({
  method: "POST",
  path: "/",
  query: "",
  headers: { "content-type": TYPE, "x-amz-target": `Kinesis_20131202.${operation}` },
  body: encode(input),
});
const codec = protocolFor(model, request("ListStreams", {}));

const documentOf = ({ body }: HttpResponse) =>
  decode(body as Uint8Array, { tags: { 1: Tagged.decoder(1) } }) as Record<string, unknown>;

test("bytes are bytes, and times count milliseconds, tagged or not", () => {
  const Data = new Uint8Array([0, 255, 7]);
  const put = { StreamName: "s", PartitionKey: "k", Data };
  assert.deepEqual(codec.decode(request("PutRecord", put)), { operation: "PutRecord", input: put });
  const at = new Date(1_767_225_600_123);
  for (const Timestamp of [at.getTime(), new Tagged(1, at.getTime())]) {
    const { input } = codec.decode(request("GetShardIterator", { Timestamp }));
    assert.deepEqual(input["Timestamp"], at);
  }
});

test("an answer is CBOR, with times in milliseconds", () => {
  const ApproximateArrivalTimestamp = new Date(1_767_225_600_123);
  const record = {
    SequenceNumber: "1",
    PartitionKey: "k",
    Data: new Uint8Array([1]),
    ApproximateArrivalTimestamp,
  };
  const response = codec.encodeOutput("GetRecords", { Records: [record] }, "request-1");
  assert.equal(response.headers["content-type"], TYPE);
  assert.equal(response.headers["x-amzn-requestid"], "request-1");
  assert.ok(response.headers["x-amz-id-2"], "Kinesis has a second id");
  const [got] = documentOf(response)["Records"] as [
    { ApproximateArrivalTimestamp: Tagged; Data: Uint8Array },
  ];
  assert.equal(got.ApproximateArrivalTimestamp.value, 1_767_225_600_123);
  assert.deepEqual(got.Data, new Uint8Array([1]));
});

test("an error is named as AWS names it there", () => {
  const error = new AwsError(
    "ResourceNotFoundException",
    "Stream wrong under account 111111111111 not found.",
  );
  const response = codec.encodeError(error, "request-1");
  assert.equal(response.status, 400);
  // Recorded from AWS: kinesis, test_cbor_exceptions.
  assert.deepEqual(documentOf(response), {
    __type: "ResourceNotFoundException",
    message: "Stream wrong under account 111111111111 not found.",
  });
});

test("events, their start and their end by an exception are CBOR, too", async () => {
  async function* events() {
    yield { SubscribeToShardEvent: { Records: [], ContinuationSequenceNumber: "1", MillisBehindLatest: 0 } };
    throw new AwsError("ResourceInUseException", "Busy.");
  }
  const { body, headers } = codec.encodeOutput("SubscribeToShard", { EventStream: events() }, "request-1");
  assert.equal(headers["content-type"], "application/vnd.amazon.eventstream");
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const messages = decodeMessages(Buffer.concat(chunks));
  assert.deepEqual(
    messages.map((message) => message.headers[":event-type"] ?? message.headers[":exception-type"]),
    ["initial-response", "SubscribeToShardEvent", "ResourceInUseException"],
  );
  assert.deepEqual(
    messages.map(({ payload }) => decode(payload)),
    [{}, { Records: [], ContinuationSequenceNumber: "1", MillisBehindLatest: 0 }, { message: "Busy." }],
  );
});

test("JSON stays JSON, and a body that is not CBOR is refused", () => {
  const json = { ...request("ListStreams", {}), headers: { "x-amz-target": "Kinesis_20131202.ListStreams" } };
  assert.equal(
    protocolFor(model, json).encodeOutput("ListStreams", {}, "1").headers["content-type"],
    "application/x-amz-json-1.1",
  );
  const error = { code: "SerializationException" };
  assert.throws(() => codec.decode({ ...request("PutRecord", {}), body: Buffer.from([0xff]) }), error);
  assert.throws(() => codec.decode(request("Nothing", {})), { code: "UnknownOperationException" });
});
