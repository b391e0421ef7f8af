import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { AwsError } from "../../src/core/aws-error.ts";
import type { HttpRequest } from "../../src/core/http.ts";
import { loadModel, type ServiceModel, type Shape } from "../../src/models/model.ts";
import { createProtocol, decodeRequest, encodeResponse } from "../../src/protocols/protocol.ts";
import { bytesOf, modelOf, requestOf, structure, textOf } from "./model.ts";

const http = { method: "PUT", requestUri: "/things/{Name}/parts/{Path+}?fixed=1" };
const bound = structure(
  {
    Name: { shape: "String", location: "uri", locationName: "Name" },
    Path: { shape: "String", location: "uri", locationName: "Path" },
    Header: { shape: "String", location: "header", locationName: "X-Text" },
    HeaderTime: { shape: "Timestamp", location: "header", locationName: "X-Time" },
    HeaderList: { shape: "Strings", location: "header", locationName: "X-List" },
    HeaderJson: { shape: "String", location: "header", locationName: "X-Json", jsonvalue: true },
    Prefixed: { shape: "StringMap", location: "headers", locationName: "X-Meta-" },
    Query: { shape: "Integer", location: "querystring", locationName: "q" },
    QueryTime: { shape: "Timestamp", location: "querystring", locationName: "since" },
    QueryList: { shape: "Strings", location: "querystring", locationName: "tag" },
    QueryMap: { shape: "StringMap", location: "querystring" },
    Text: { shape: "String", locationName: "text" },
    Document: { shape: "Document" },
  },
  { required: ["Name", "Path"] },
);
const output = structure({
  Status: { shape: "Integer", location: "statusCode" },
  Header: { shape: "String", location: "header", locationName: "X-Text" },
  HeaderTime: { shape: "Timestamp", location: "header", locationName: "X-Time" },
  HeaderList: { shape: "Strings", location: "header", locationName: "X-List" },
  Prefixed: { shape: "StringMap", location: "headers", locationName: "X-Meta-" },
  Text: { shape: "String", locationName: "text" },
  When: { shape: "Timestamp" },
  Document: { shape: "Document" },
});
const codec = createProtocol(modelOf("rest-json", { http, shapes: { Input: bound, Output: output } }));
const put = (given: Partial<HttpRequest> & { body?: Uint8Array }) =>
  requestOf({ method: "PUT", path: "/things/a/parts/b", query: "fixed=1", ...given });

test("labels, headers, query and body meet in one input", () => {
  const request = put({
    path: "/things/a%20b/parts/c/d%2Fe//f",
    query: "fixed=1&q=5&since=2014-04-29T18%3A30%3A38Z&tag=x&tag=y&other=z",
    headers: {
      "x-text": "hello",
      "x-time": "Tue, 29 Apr 2014 18:30:38 GMT",
      "x-list": 'a, "b,c" ,d',
      "x-json": Buffer.from('{"k":[1]}').toString("base64"),
      "x-meta-one": "1",
    },
    body: Buffer.from('{"text":"t","Document":{"free":true}}'),
  });
  assert.deepEqual(codec.decode(request), {
    operation: "Do",
    input: {
      Name: "a b",
      Path: "c/d/e//f",
      Header: "hello",
      HeaderTime: new Date("2014-04-29T18:30:38Z"),
      HeaderList: ["a", "b,c", "d"],
      HeaderJson: { k: [1] },
      Prefixed: { one: "1" },
      Query: 5,
      QueryTime: new Date("2014-04-29T18:30:38Z"),
      QueryList: ["x", "y"],
      QueryMap: { other: "z" },
      Text: "t",
      Document: { free: true },
    },
  });
});

test("a request that fits no operation is refused", () => {
  const refused = { code: "UnknownOperationException", status: 404 };
  assert.throws(() => codec.decode(put({ method: "GET" })), refused);
  assert.throws(() => codec.decode(put({ path: "/things/a" })), refused);
  assert.throws(() => codec.decode(put({ path: "/things//parts/b" })), refused);
  assert.throws(() => codec.decode(put({ query: "fixed=2" })), refused);
  assert.throws(() => codec.decode(put({ path: "/things/%zz/parts/b" })), { code: "SerializationException" });
  assert.throws(() => codec.decode(put({ query: "fixed=1&q=five" })), { code: "SerializationException" });
  assert.throws(() => codec.decode(put({ headers: { "x-time": "soon" } })), {
    code: "SerializationException",
  });
  const apiGateway = createProtocol(loadModel("apigateway")!);
  assert.throws(() => apiGateway.decode(requestOf({ path: "/nothing" })), {
    code: "MissingAuthenticationTokenException",
    status: 403,
  });
});

test("status, headers and body carry the output", () => {
  const when = new Date("2014-04-29T18:30:38Z");
  const response = codec.encodeOutput(
    "Do",
    {
      Status: 202,
      Header: "hello",
      HeaderTime: when,
      HeaderList: ["a", "b,c"],
      Prefixed: { One: "1", Name: "ü" },
      Text: "t",
      When: when,
      Document: { free: [1] },
    },
    "r-1",
  );
  assert.equal(response.status, 202);
  assert.deepEqual(response.headers, {
    "content-type": "application/json",
    "x-text": "hello",
    "x-time": "Tue, 29 Apr 2014 18:30:38 GMT",
    "x-list": 'a, "b,c"',
    "x-meta-one": "1",
    "x-meta-name": "=?UTF-8?B?w7w=?=",
    "x-amzn-requestid": "r-1",
  });
  assert.deepEqual(JSON.parse(textOf(response)), { text: "t", When: 1398796238, Document: { free: [1] } });
});

test("an error is named in a header, and bound members travel as headers", () => {
  const lambda = createProtocol(loadModel("lambda")!);
  const throttled = lambda.encodeError(
    new AwsError("TooManyRequestsException", "Rate exceeded", {
      members: { retryAfterSeconds: "3", Reason: "CallerRateLimitExceeded" },
    }),
    "r-1",
  );
  assert.equal(throttled.status, 429);
  assert.equal(throttled.headers["x-amzn-errortype"], "TooManyRequestsException");
  assert.equal(throttled.headers["retry-after"], "3");
  assert.deepEqual(JSON.parse(textOf(throttled)), {
    Type: "User",
    message: "Rate exceeded",
    Reason: "CallerRateLimitExceeded",
  });
  const internal = lambda.encodeError(new AwsError("ServiceException", "Oh.", { status: 500 }), "r-1");
  assert.deepEqual(JSON.parse(textOf(internal)), { Type: "Service", Message: "Oh." });
});

test("a blob payload is the body itself, and may stream", async () => {
  const shapes = {
    Input: structure({ Body: { shape: "Blob" } }, { payload: "Body" }),
    Output: structure({ Body: { shape: "Stream" } }, { payload: "Body" }),
  };
  const raw = createProtocol(modelOf("rest-json", { shapes }));
  assert.deepEqual(raw.decode(requestOf({ body: "\u0000raw" })).input, { Body: Buffer.from("\u0000raw") });
  assert.deepEqual(raw.decode(requestOf({})).input, {});
  async function* parts() {
    yield Buffer.from("a");
    yield Buffer.from("b");
  }
  const response = raw.encodeOutput("Do", { Body: parts() }, "r-1");
  assert.equal(response.headers["content-type"], "application/octet-stream");
  assert.equal((await bytesOf(response)).toString(), "ab");
});

test("a structure, a document and a text can be payload", () => {
  const payload = (shape: string) => {
    const shapes = {
      Input: structure({ Body: { shape } }, { payload: "Body" }),
      Output: structure({ Body: { shape } }, { payload: "Body" }),
      Inner: structure({ A: { shape: "Integer", locationName: "a" } }),
    };
    return createProtocol(modelOf("rest-json", { shapes }));
  };
  assert.deepEqual(payload("Inner").decode(requestOf({ body: '{"a":1}' })).input, { Body: { A: 1 } });
  assert.equal(textOf(payload("Inner").encodeOutput("Do", { Body: { A: 1 } }, "r")), '{"a":1}');
  assert.deepEqual(payload("Document").decode(requestOf({ body: "[1,null]" })).input, { Body: [1, null] });
  assert.deepEqual(payload("String").decode(requestOf({ body: "ü" })).input, { Body: "ü" });
});

test("a member can be a label of the host", () => {
  const shapes = {
    Input: structure({ Account: { shape: "String", hostLabel: true }, Text: { shape: "String" } }),
  };
  const hosted = createProtocol(
    modelOf("rest-json", { shapes, operation: { endpoint: { hostPrefix: "{Account}.data." } } }),
  );
  const request = requestOf({ headers: { host: "123.data.thing.localhost" }, body: '{"Text":"x"}' });
  assert.deepEqual(hosted.decode(request).input, { Account: "123", Text: "x" });
});

test("a compressed body is inflated", () => {
  const shapes = { Input: structure({ Text: { shape: "String" } }) };
  const gzip = createProtocol(modelOf("rest-json", { shapes }));
  const request = requestOf({ body: gzipSync('{"Text":"x"}'), headers: { "content-encoding": "gzip" } });
  assert.deepEqual(gzip.decode(request).input, { Text: "x" });
});

test("no body goes with status 204", () => {
  const noContent = { method: "DELETE", requestUri: "/", responseCode: 204 };
  const empty = createProtocol(modelOf("rest-json", { http: noContent, shapes: { Output: structure({}) } }));
  const response = empty.encodeOutput("Do", {}, "r");
  assert.equal(response.status, 204);
  assert.equal(response.body, undefined);
});

test("JSON values are text in a query, base64 in a header, and text in a body", () => {
  const jsonvalue = { shape: "String", jsonvalue: true };
  const members = {
    Header: { ...jsonvalue, location: "header", locationName: "X-Json" },
    Query: { ...jsonvalue, location: "querystring", locationName: "json" },
    Body: jsonvalue,
  } as const;
  const values = createProtocol(modelOf("rest-json", { shapes: { Input: structure(members) } }));
  const request = requestOf({
    query: "json=%7B%22q%22%3A1%7D",
    headers: { "x-json": "eyJoIjoxfQ==" },
    body: '{"Body":"{\\"b\\":1}"}',
  });
  assert.deepEqual(values.decode(request).input, { Header: { h: 1 }, Query: { q: 1 }, Body: { b: 1 } });
});

test("a model given at run time may leave out what a codec does not need", () => {
  const sketch = {
    metadata: { protocol: "rest-json" },
    operations: { Do: { output: { shape: "Output", payload: "Data" } } },
    shapes: {
      Output: structure({ Data: { shape: "Data" } }),
      Data: structure({ Foo: { shape: "String" } }),
      String: { type: "string" },
    },
  } as unknown as ServiceModel;
  const response = encodeResponse(sketch, requestOf({}), "Do", { output: { Data: { Foo: "abc" } } }, "r");
  assert.equal(textOf(response), '{"Foo":"abc"}');
  assert.equal(decodeRequest(sketch, requestOf({})).operation, "Do");
});

test("a location may stand at the shape", () => {
  const shapes = {
    Output: structure({
      ImaHeader: { shape: "InHeader" },
      Other: { shape: "InHeader", locationName: "X-Foo" },
    }),
    InHeader: { type: "string", location: "header" } as Shape,
  };
  const { headers } = createProtocol(modelOf("rest-json", { shapes })).encodeOutput(
    "Do",
    { ImaHeader: "a", Other: "b" },
    "r",
  );
  assert.equal(headers["imaheader"], "a");
  assert.equal(headers["x-foo"], "b");
});
