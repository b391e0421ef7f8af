import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { decodeMessages, encodeMessage } from "../../src/core/event-message.ts";
import { loadModel } from "../../src/models/model.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { bytesOf } from "./model.ts";

async function* events(...union: (Record<string, unknown> | Error)[]) {
  for (const event of union) {
    if (event instanceof Error) throw event;
    yield event;
  }
}

async function messages(response: { body?: unknown }) {
  return decodeMessages(await bytesOf(response)).map(({ headers, payload }) => ({
    headers,
    payload: Buffer.from(payload).toString(),
  }));
}

test("a message is framed with both of its CRCs", () => {
  const hex = (message: Uint8Array) => Buffer.from(message).toString("hex");
  assert.equal(
    hex(encodeMessage({ headers: {}, payload: new Uint8Array() })),
    "000000100000000005c248eb7d98c8ff",
  );
  assert.equal(
    hex(encodeMessage({ headers: {}, payload: Buffer.from("{'foo':'bar'}") })),
    "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936",
  );
});

test("headers of every type survive", () => {
  const headers = {
    yes: true,
    no: false,
    byte: { type: "byte", value: -1 },
    short: { type: "short", value: 300 },
    integer: { type: "integer", value: 70_000 },
    long: { type: "long", value: 5_000_000_000 },
    bytes: new Uint8Array([1, 2]),
    text: "ü",
    time: new Date(1_500_000_000_123),
  } as const;
  assert.deepEqual(
    decodeMessages(encodeMessage({ headers, payload: new Uint8Array() }))[0]!.headers,
    headers,
  );
});

test("Lambda streams a response as payload chunks and ends it", async () => {
  const lambda = createProtocol(loadModel("lambda")!);
  const EventStream = events(
    { PayloadChunk: { Payload: Buffer.from("one") } },
    { InvokeComplete: { ErrorCode: "Oh" } },
  );
  const response = lambda.encodeOutput(
    "InvokeWithResponseStream",
    { StatusCode: 200, ExecutedVersion: "1", EventStream },
    "r",
  );
  assert.equal(response.headers["content-type"], "application/vnd.amazon.eventstream");
  assert.equal(response.headers["x-amz-executed-version"], "1");
  assert.deepEqual(await messages(response), [
    {
      headers: {
        ":message-type": "event",
        ":event-type": "PayloadChunk",
        ":content-type": "application/octet-stream",
      },
      payload: "one",
    },
    {
      headers: {
        ":message-type": "event",
        ":event-type": "InvokeComplete",
        ":content-type": "application/json",
      },
      payload: '{"ErrorCode":"Oh"}',
    },
  ]);
});

test("Kinesis begins with an initial response and ends with a modelled exception", async () => {
  const kinesis = createProtocol(loadModel("kinesis")!);
  const EventStream = events(
    { SubscribeToShardEvent: { Records: [], ContinuationSequenceNumber: "1", MillisBehindLatest: 0 } },
    new AwsError("ResourceNotFoundException", "Gone."),
  );
  const sent = await messages(kinesis.encodeOutput("SubscribeToShard", { EventStream }, "r"));
  assert.deepEqual(
    sent.map(({ headers }) => headers[":event-type"] ?? headers[":exception-type"]),
    ["initial-response", "SubscribeToShardEvent", "ResourceNotFoundException"],
  );
  assert.equal(sent[2]!.headers[":message-type"], "exception");
  assert.deepEqual(JSON.parse(sent[2]!.payload), { message: "Gone." });
});

test("an error that the stream does not model is an error message", async () => {
  const lambda = createProtocol(loadModel("lambda")!);
  const EventStream = events(new AwsError("InternalFailure", "Oh."));
  const [only] = await messages(lambda.encodeOutput("InvokeWithResponseStream", { EventStream }, "r"));
  assert.deepEqual(only!.headers, {
    ":message-type": "error",
    ":error-code": "InternalFailure",
    ":error-message": "Oh.",
  });
});

test("S3 selects records as XML events", async () => {
  const s3 = createProtocol(loadModel("s3")!);
  const Payload = events(
    { Records: { Payload: Buffer.from("a,b") } },
    { Stats: { Details: { BytesScanned: 3 } } },
    { End: {} },
  );
  const sent = await messages(s3.encodeOutput("SelectObjectContent", { Payload }, "r"));
  assert.deepEqual(
    sent.map(({ headers, payload }) => [headers[":event-type"], headers[":content-type"], payload]),
    [
      ["Records", "application/octet-stream", "a,b"],
      ["Stats", "text/xml", "<Stats><BytesScanned>3</BytesScanned></Stats>"],
      ["End", "text/xml", "<EndEvent></EndEvent>"],
    ],
  );
});
