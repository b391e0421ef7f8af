import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, gzipSync } from "node:zlib";
import { AwsError } from "../../src/core/aws-error.ts";
import { loadModel } from "../../src/models/model.ts";
import { createProtocol, decodeRequest, encodeResponse } from "../../src/protocols/protocol.ts";
import { jsonRequest, modelOf, requestOf, structure, textOf } from "./model.ts";

const everything = structure({
  text: { shape: "String" },
  blob: { shape: "Blob" },
  flag: { shape: "Boolean" },
  number: { shape: "Integer" },
  double: { shape: "Double" },
  epoch: { shape: "Timestamp" },
  iso: { shape: "IsoTime" },
  http: { shape: "HttpTime" },
  list: { shape: "Strings" },
  sparse: { shape: "Sparse" },
  map: { shape: "StringMap" },
  sparseMap: { shape: "SparseMap" },
  document: { shape: "Document" },
  renamed: { shape: "String", locationName: "onTheWire" },
  union: { shape: "Union" },
  self: { shape: "Input" },
});
const shapes = {
  Input: everything,
  Output: everything,
  Union: structure({ a: { shape: "String" }, b: { shape: "Integer" } }, { union: true }),
};
const model = modelOf("json", { shapes, metadata: { jsonVersion: "1.1", targetPrefix: "Thing" } });
const codec = createProtocol(model);
const decode = (body: string) => codec.decode(jsonRequest(body)).input;
const refused = (body: string) => {
  try {
    decode(body);
  } catch (error) {
    assert.ok(error instanceof AwsError);
    return `${error.code}: ${error.message}`;
  }
  return "accepted";
};

const MOMENT = new Date("2014-04-29T18:30:38Z");
const TYPED = {
  text: "ü",
  blob: new Uint8Array([0, 1, 2]),
  flag: false,
  number: 7,
  double: 1.5,
  epoch: new Date("2014-04-29T18:30:38.123Z"),
  iso: MOMENT,
  http: MOMENT,
  list: ["a"],
  sparse: ["a", null],
  map: { k: "v" },
  sparseMap: { k: null },
  document: { any: [1, "two", null] },
  renamed: "x",
  union: { b: 1 },
  self: { self: { text: "deep" } },
};
const WIRE = {
  text: "ü",
  blob: "AAEC",
  flag: false,
  number: 7,
  double: 1.5,
  epoch: 1398796238.123,
  iso: "2014-04-29T18:30:38Z",
  http: "Tue, 29 Apr 2014 18:30:38 GMT",
  list: ["a"],
  sparse: ["a", null],
  map: { k: "v" },
  sparseMap: { k: null },
  document: { any: [1, "two", null] },
  onTheWire: "x",
  union: { b: 1 },
  self: { self: { text: "deep" } },
};

test("every kind of value is read", () => assert.deepEqual(decode(JSON.stringify(WIRE)), TYPED));

test("every kind of value is written", () => {
  const response = codec.encodeOutput("Do", TYPED, "r-1");
  assert.equal(response.status, 200);
  assert.deepEqual(response.headers, {
    "x-amzn-requestid": "r-1",
    "content-type": "application/x-amz-json-1.1",
  });
  assert.deepEqual(JSON.parse(textOf(response)), WIRE);
});

test("numbers that JSON has no word for are text", () => {
  assert.deepEqual(decode('{"double":"NaN"}'), { double: Number.NaN });
  assert.deepEqual(decode('{"double":"-Infinity"}'), { double: Number.NEGATIVE_INFINITY });
  assert.equal(
    textOf(codec.encodeOutput("Do", { double: Number.POSITIVE_INFINITY }, "r")),
    '{"double":"Infinity"}',
  );
});

test("null is absent, unknown members are ignored, an empty body is an empty input", () => {
  assert.deepEqual(decode('{"text":null,"list":["a",null],"map":{"k":null},"other":1}'), {
    list: ["a"],
    map: {},
  });
  assert.deepEqual(decode(""), {});
  assert.deepEqual(decode("null"), {});
});

test("a wrong type is refused with Coral's words", () => {
  assert.equal(
    refused('{"text":1}'),
    "SerializationException: NUMBER_VALUE can not be converted to a String",
  );
  assert.equal(
    refused('{"text":1.5}'),
    "SerializationException: DECIMAL_VALUE can not be converted to a String",
  );
  assert.equal(
    refused('{"text":true}'),
    "SerializationException: TRUE_VALUE can not be converted to a String",
  );
  assert.equal(
    refused('{"number":"1"}'),
    "SerializationException: STRING_VALUE can not be converted to an Integer",
  );
  assert.equal(
    refused('{"text":{}}'),
    "SerializationException: Start of structure or map found where not expected.",
  );
  assert.equal(refused('{"list":"a"}'), "SerializationException: Expected list or null");
  assert.equal(refused('{"map":[]}'), "SerializationException: Start of list found where not expected");
  assert.equal(
    refused('{"blob":"AAE"}'),
    "SerializationException: Base64 encoded length is expected a multiple of 4 bytes but found: 3",
  );
});

test("DynamoDB says it a little differently", () => {
  const dynamodb = createProtocol(loadModel("dynamodb")!);
  const says = (body: string, message: string) => {
    const request = requestOf({ headers: { "x-amz-target": "DynamoDB_20120810.GetItem" }, body });
    assert.throws(() => dynamodb.decode(request), { code: "SerializationException", message });
  };
  says('{"TableName":1}', "NUMBER_VALUE cannot be converted to String");
  says('{"Key":"a"}', "Unexpected field type");
  says('{"Key":{"a":"b"}}', "Unexpected value type in payload");
  says(
    '{"Key":[]}',
    "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
  );
  says(
    '{"Key":{"a":[]}}',
    "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue",
  );
  says('{"AttributesToGet":{}}', "Start of structure or map found where not expected");
});

test("a malformed body and an unknown operation are refused", () => {
  for (const body of ["{", "\u0000", '{"a":}', "[1"])
    assert.match(refused(body), /^SerializationException: /);
  assert.match(refused("[]"), /^SerializationException: Start of list/);
  assert.throws(() => codec.decode(jsonRequest("{}", { "x-amz-target": "Thing.Undo" })), {
    code: "UnknownOperationException",
    status: 400,
  });
  assert.throws(() => codec.decode(jsonRequest("{}", { "x-amz-target": "Thing.constructor" })), AwsError);
});

test("nesting has an end", () => {
  const nested = (levels: number) => `${'{"self":'.repeat(levels)}{}${"}".repeat(levels)}`;
  assert.equal(refused(nested(128)), "accepted");
  assert.match(refused(nested(129)), /^SerializationException/);
  assert.match(refused(`{"document":${"[".repeat(50_000)}${"]".repeat(50_000)}}`), /^SerializationException/);
});

test("a key called __proto__ is only a key", () => {
  const { map } = decode('{"map":{"__proto__":"x"},"__proto__":{"text":"y"}}') as {
    map: Record<string, unknown>;
  };
  assert.deepEqual(Object.keys(map), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(map), Object.prototype);
  assert.equal(({} as Record<string, unknown>)["text"], undefined);
});

test("a gzip body is inflated", () => {
  const body = gzipSync('{"text":"small"}');
  const headers = { "x-amz-target": "Thing.Do", "content-encoding": "gzip" };
  assert.deepEqual(codec.decode(requestOf({ body, headers })).input, { text: "small" });
  assert.throws(() => codec.decode(requestOf({ body: body.subarray(0, 9), headers })), {
    code: "SerializationException",
  });
});

test("an idempotency token that is left out is made", () => {
  const tokens = modelOf("json", {
    shapes: { Input: structure({ token: { shape: "String", idempotencyToken: true } }) },
  });
  const made = createProtocol(tokens, "json", { idempotencyToken: () => "made" });
  assert.deepEqual(made.decode(jsonRequest("{}")).input, { token: "made" });
  assert.deepEqual(made.decode(jsonRequest('{"token":"given"}')).input, { token: "given" });
});

test("an error is typed with its namespace in 1.0, bare in 1.1, with modelled members", () => {
  const error = new AwsError("Gone", "It left.", {
    status: 400,
    members: { where: "there" },
    headers: { "retry-after": "1" },
  });
  const withError = {
    Gone: structure(
      { Message: { shape: "String" }, where: { shape: "String" } },
      { exception: true, fault: true },
    ),
  };
  const one = createProtocol(modelOf("json", { shapes: withError, metadata: { jsonVersion: "1.1" } }));
  const response = one.encodeError(error, "r-1");
  assert.equal(response.status, 500);
  assert.equal(response.headers["retry-after"], "1");
  assert.deepEqual(JSON.parse(textOf(response)), { __type: "Gone", Message: "It left.", where: "there" });
  const zero = createProtocol(modelOf("json", { shapes: withError, metadata: { jsonVersion: "1.0" } }));
  assert.equal(JSON.parse(textOf(zero.encodeError(error, "r-1"))).__type, "com.amazonaws.thing#Gone");
});

test("DynamoDB answers with a checksum and its own namespace", () => {
  const dynamodb = createProtocol(loadModel("dynamodb")!);
  const response = dynamodb.encodeOutput("ListTables", { TableNames: ["ü"] }, "r-1");
  assert.equal(response.headers["x-amz-crc32"], String(crc32(response.body as Uint8Array)));
  const error = new AwsError("TransactionCanceledException", "No.", {
    members: { CancellationReasons: [{ Code: "None" }] },
  });
  assert.deepEqual(JSON.parse(textOf(dynamodb.encodeError(error, "r-1"))), {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    Message: "No.",
    CancellationReasons: [{ Code: "None" }],
  });
  const validation = JSON.parse(
    textOf(dynamodb.encodeError(new AwsError("ValidationException", "No."), "r-1")),
  );
  assert.equal(validation.__type, "com.amazon.coral.validate#ValidationException");
});

test("SQS tells query-compatible clients the old code", () => {
  const sqs = createProtocol(loadModel("sqs")!);
  const response = sqs.encodeError(new AwsError("QueueDoesNotExist", "No queue."), "r-1");
  assert.equal(response.status, 400);
  assert.equal(response.headers["x-amzn-query-error"], "AWS.SimpleQueueService.NonExistentQueue;Sender");
  assert.deepEqual(JSON.parse(textOf(response)), {
    __type: "com.amazonaws.sqs#QueueDoesNotExist",
    message: "No queue.",
  });
});

test("a fault may insist on its status", () => {
  const error = new AwsError("QueueDoesNotExist", "No queue.", { status: 503, statusIsFixed: true });
  assert.equal(createProtocol(loadModel("sqs")!).encodeError(error, "r").status, 503);
});

test("a model given at run time is enough to decode and encode", () => {
  const request = jsonRequest('{"text":"x"}');
  assert.deepEqual(decodeRequest(model, request), { operation: "Do", input: { text: "x" } });
  assert.equal(textOf(encodeResponse(model, request, "Do", { output: { number: 1 } }, "r")), '{"number":1}');
  const error = encodeResponse(
    model,
    request,
    "Do",
    { error: new AwsError("Odd", "Oh.", { status: 418 }) },
    "r",
  );
  assert.equal(error.status, 418);
});
