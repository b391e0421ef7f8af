import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { loadModel } from "../../src/models/model.ts";
import { createProtocol, protocolFor } from "../../src/protocols/protocol.ts";
import { formRequest, modelOf, requestOf, structure, textOf } from "./model.ts";

const shapes = {
  Input: structure({
    Text: { shape: "String" },
    Count: { shape: "Integer" },
    Flag: { shape: "Boolean" },
    Blob: { shape: "Blob" },
    When: { shape: "Timestamp" },
    List: { shape: "Strings" },
    Flat: { shape: "FlatList" },
    Named: { shape: "NamedList" },
    Map: { shape: "StringMap" },
    FlatMap: { shape: "FlatMap" },
    Nested: { shape: "Input", locationName: "InWire" },
  }),
  Output: structure({
    Text: { shape: "String" },
    When: { shape: "Timestamp" },
    List: { shape: "Strings" },
    Flat: { shape: "FlatList" },
    Map: { shape: "StringMap" },
    FlatMap: { shape: "FlatMap" },
  }),
  FlatList: { type: "list", member: { shape: "String", locationName: "Item" }, flattened: true },
  NamedList: { type: "list", member: { shape: "String", locationName: "Entry" } },
  FlatMap: {
    type: "map",
    flattened: true,
    key: { shape: "String", locationName: "K" },
    value: { shape: "String", locationName: "V" },
  },
  Gone: structure(
    { message: { shape: "String" }, Where: { shape: "String" } },
    { exception: true, error: { code: "Thing.Gone", httpStatusCode: 410, senderFault: true } },
  ),
} as const;
const codec = createProtocol(modelOf("query", { shapes }));
const decode = (form: string) => codec.decode(formRequest(`Action=Do&Version=2020-01-01&${form}`)).input;

test("scalars are read from the form", () => {
  assert.deepEqual(decode("Text=a+b%26&Count=-3&Flag=true&Blob=AAE%3D&When=2014-04-29T18%3A30%3A38Z"), {
    Text: "a b&",
    Count: -3,
    Flag: true,
    Blob: new Uint8Array([0, 1]),
    When: new Date("2014-04-29T18:30:38Z"),
  });
  assert.deepEqual(decode("When=1398796238"), { When: new Date("2014-04-29T18:30:38Z") });
});

test("lists are read wrapped, flattened and named, in numeric order", () => {
  assert.deepEqual(decode("List.member.10=c&List.member.2=b&List.member.1=a"), { List: ["a", "b", "c"] });
  assert.deepEqual(decode("Item.1=a&Item.2=b"), { Flat: ["a", "b"] });
  assert.deepEqual(decode("Named.Entry.1=a"), { Named: ["a"] });
  assert.deepEqual(decode("List="), { List: [] });
});

test("maps are read wrapped and flattened", () => {
  assert.deepEqual(decode("Map.entry.1.key=a&Map.entry.1.value=b"), { Map: { a: "b" } });
  assert.deepEqual(decode("FlatMap.1.K=a&FlatMap.1.V=b&FlatMap.2.K=__proto__&FlatMap.2.V=c"), {
    FlatMap: Object.fromEntries([
      ["a", "b"],
      ["__proto__", "c"],
    ]),
  });
});

test("structures nest by their wire names", () => {
  assert.deepEqual(decode("InWire.InWire.Text=x&InWire.List.member.1=y"), {
    Nested: { Nested: { Text: "x" }, List: ["y"] },
  });
});

test("the query string counts as well as the body", () => {
  const request = requestOf({ method: "GET", query: "Action=Do&Text=x" });
  assert.deepEqual(codec.decode(request), { operation: "Do", input: { Text: "x" } });
});

test("what is wrong with a form is said in AWS's words", () => {
  assert.throws(() => codec.decode(formRequest("Action=Undo&Version=2020-01-01")), {
    code: "InvalidAction",
    message: "Could not find operation Undo for version 2020-01-01",
  });
  assert.throws(() => codec.decode(formRequest("Version=2020-01-01")), { code: "MissingAction" });
  assert.throws(() => decode("Count=many"), { code: "MalformedInput", status: 400 });
  assert.throws(() => decode("Flag=perhaps"), { code: "MalformedInput" });
  assert.throws(() => decode("Text=%zz"), { code: "MalformedQueryString" });
  assert.throws(() => decode(`${"a.".repeat(200)}=1`), { code: "MalformedInput" });
});

test("an output is wrapped in its result, with lists, maps and the request's id", () => {
  const output = {
    Text: '<&>"\r',
    When: new Date("2014-04-29T18:30:38Z"),
    List: ["a", "b"],
    Flat: ["c"],
    Map: { k: "v" },
    FlatMap: { x: "y" },
  };
  const response = codec.encodeOutput("Do", output, "r-1");
  assert.equal(response.headers["content-type"], "text/xml");
  assert.equal(
    textOf(response),
    '<DoResponse xmlns="https://thing.example/doc"><DoResult><Text>&lt;&amp;&gt;&quot;&#xd;</Text>' +
      "<When>2014-04-29T18:30:38Z</When><List><member>a</member><member>b</member></List><Item>c</Item>" +
      "<Map><entry><key>k</key><value>v</value></entry></Map><FlatMap><K>x</K><V>y</V></FlatMap></DoResult>" +
      "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DoResponse>",
  );
});

test("an error has the model's code, status and members", () => {
  const response = codec.encodeError(
    new AwsError("Gone", "It left.", { members: { Where: "there" } }),
    "r-1",
  );
  assert.equal(response.status, 410);
  assert.equal(
    textOf(response),
    '<ErrorResponse xmlns="https://thing.example/doc"><Error><Type>Sender</Type><Code>Thing.Gone</Code>' +
      "<Message>It left.</Message><Where>there</Where></Error><RequestId>r-1</RequestId></ErrorResponse>",
  );
  const internal = textOf(codec.encodeError(new AwsError("InternalFailure", "Oh.", { status: 500 }), "r-1"));
  assert.match(internal, /<Type>Receiver<\/Type><Code>InternalFailure<\/Code>/);
});

test("SQS still speaks to clients of its query protocol", () => {
  const sqs = loadModel("sqs")!;
  const request = formRequest(
    "Action=SendMessageBatch&QueueUrl=http%3A%2F%2Fq&SendMessageBatchRequestEntry.1.Id=a" +
      "&SendMessageBatchRequestEntry.1.MessageBody=b&SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=n" +
      "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String" +
      "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=s",
  );
  const query = protocolFor(sqs, request);
  assert.equal(query.name, "query");
  assert.deepEqual(query.decode(request).input, {
    QueueUrl: "http://q",
    Entries: [
      { Id: "a", MessageBody: "b", MessageAttributes: { n: { DataType: "String", StringValue: "s" } } },
    ],
  });
  const attributes = formRequest(
    "Action=SetQueueAttributes&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5",
  );
  const atQueue = { ...attributes, path: "/123456789012/orders", headers: { host: "localhost:4566" } };
  assert.deepEqual(query.decode(atQueue).input, {
    QueueUrl: "http://localhost:4566/123456789012/orders",
    Attributes: { DelaySeconds: "5" },
  });
  assert.match(
    textOf(query.encodeOutput("ListQueues", { QueueUrls: ["http://a", "http://b"] }, "r-1")),
    /<ListQueuesResult><QueueUrl>http:\/\/a<\/QueueUrl><QueueUrl>http:\/\/b<\/QueueUrl><\/ListQueuesResult>/,
  );
  assert.match(
    textOf(query.encodeError(new AwsError("QueueDoesNotExist", "No queue."), "r-1")),
    /<Code>AWS.SimpleQueueService.NonExistentQueue<\/Code>/,
  );
});

test("who accepts JSON reads JSON: members in the alphabet's order, those that are not there as null", () => {
  const answer = (service: string, operation: string, output: object, accept = "application/json") => {
    const request = { ...formRequest(`Action=${operation}`), headers: { accept } };
    const response = protocolFor(loadModel(service)!, request).encodeOutput(operation, { ...output }, "r-1");
    return [response.headers["content-type"], textOf(response)];
  };
  // As people show what API Gateway hands on of SQS.
  assert.deepEqual(answer("sqs", "SendMessage", { MessageId: "m-1", MD5OfMessageBody: "d" }), [
    "application/json",
    '{"SendMessageResponse":{"ResponseMetadata":{"RequestId":"r-1"},"SendMessageResult":{"MD5OfMessageAttributes":null,"MD5OfMessageBody":"d","MD5OfMessageSystemAttributes":null,"MessageId":"m-1","SequenceNumber":null}}}',
  ]);
  assert.deepEqual(answer("sns", "Publish", { MessageId: "m-1" }), [
    "application/json",
    '{"PublishResponse":{"PublishResult":{"MessageId":"m-1","SequenceNumber":null},"ResponseMetadata":{"RequestId":"r-1"}}}',
  ]);
  const [, received] = answer("sqs", "ReceiveMessage", {
    Messages: [{ Body: "b", Attributes: { SenderId: "me" } }],
  });
  const { messages } = JSON.parse(received as string).ReceiveMessageResponse.ReceiveMessageResult;
  assert.equal(messages[0].Body, "b");
  assert.deepEqual(messages[0].Attributes, [{ Name: "SenderId", Value: "me" }]);
  assert.equal(
    answer("sqs", "PurgeQueue", {}).at(1),
    '{"PurgeQueueResponse":{"ResponseMetadata":{"RequestId":"r-1"}}}',
  );
  assert.equal(answer("sqs", "SendMessage", {}, "*/*").at(0), "text/xml");
  const failed = protocolFor(loadModel("sts")!, {
    ...formRequest("Action=GetCallerIdentity"),
    headers: { accept: "application/json" },
  }).encodeError(new AwsError("InvalidClientTokenId", "No such key.", { status: 403 }), "r-1");
  assert.equal(
    textOf(failed),
    '{"Error":{"Code":"InvalidClientTokenId","Message":"No such key.","Type":"Sender"},"RequestId":"r-1"}',
  );
});

test("a service that speaks three protocols answers in the one that it was asked in", () => {
  const cloudwatch = loadModel("cloudwatch")!;
  const named = (headers: Record<string, string>) => protocolFor(cloudwatch, requestOf({ headers })).name;
  assert.equal(named({ "smithy-protocol": "rpc-v2-cbor" }), "smithy-rpc-v2-cbor");
  assert.equal(named({ "x-amz-target": "GraniteServiceVersion20100801.ListMetrics" }), "json");
  assert.equal(named({ "content-type": "application/x-www-form-urlencoded" }), "query");
});
