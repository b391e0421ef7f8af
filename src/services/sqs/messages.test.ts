import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { FIFO, sqsCloud } from "./fixture.test.ts";

const { cloud, queue } = await sqsCloud();

/** Gives a call that was just sent the time to reach the server and wait there. */
async function underWay(): Promise<void> {
  for (let i = 0; i < 60; i++) await turn();
  await cloud.clock.advance(0);
}

test("A message comes back as it was sent, with digests that the SDK verifies", async () => {
  const { send, receive, account } = await queue();
  const sent = await send("Grüße 🎉", {
    MessageAttributes: {
      text: { DataType: "String", StringValue: "World" },
      count: { DataType: "Number.int", StringValue: "42" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 7]) },
    },
    MessageSystemAttributes: {
      AWSTraceHeader: { DataType: "String", StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793" },
    },
  });
  const [message] = await receive({
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["All"],
  });
  assert.equal(message!.Body, "Grüße 🎉");
  assert.equal(message!.MessageId, sent.MessageId);
  assert.equal(message!.MD5OfBody, sent.MD5OfMessageBody);
  assert.equal(message!.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
  assert.deepEqual(message!.MessageAttributes!["count"], { DataType: "Number.int", StringValue: "42" });
  assert.deepEqual([...message!.MessageAttributes!["bytes"]!.BinaryValue!], [0, 255, 7]);
  const { SentTimestamp, ApproximateFirstReceiveTimestamp, ...others } = message!.Attributes!;
  assert.ok(Number(SentTimestamp) <= Number(ApproximateFirstReceiveTimestamp));
  assert.deepEqual(others, {
    SenderId: account,
    ApproximateReceiveCount: "1",
    AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793",
  });
});

test("Digests are those of AWS", async () => {
  const { send } = await queue();
  const sent = await send("Test Message", {
    MessageAttributes: { Hello: { DataType: "String", StringValue: "World" } },
    MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "some-trace-id" } },
  });
  assert.equal(sent.MD5OfMessageBody, "d1d4180b7e411c4be86b00fb2ee103eb");
  assert.equal(sent.MD5OfMessageAttributes, "7db7fb1ba7f41366a8ea5eb18220b26d");
  assert.equal(sent.MD5OfMessageSystemAttributes, "fdce4f2818803f2f73becc09a54792c0");
});

test("A receiver gets the attributes that it names, by prefix too", async () => {
  const { send, receive } = await queue({ VisibilityTimeout: "0" });
  const value = { DataType: "String", StringValue: "x" };
  await send("m", { MessageAttributes: { Hello: value, "Help.Me": value, General: value } });
  const names = async (...MessageAttributeNames: string[]) =>
    Object.keys((await receive({ MessageAttributeNames }))[0]!.MessageAttributes ?? {});
  assert.deepEqual(await names(), []);
  assert.deepEqual(await names("Hello", "Missing"), ["Hello"]);
  assert.deepEqual(await names("Hel.*"), ["Hello", "Help.Me"]);
  assert.deepEqual(await names(".*"), ["Hello", "Help.Me", "General"]);
});

test("A received message is hidden for its visibility timeout, then comes back with a new handle", async () => {
  const { send, receive, counts } = await queue({ VisibilityTimeout: "10" });
  await send("m");
  const [first] = await receive();
  assert.deepEqual(await counts(), [0, 1, 0]);
  await cloud.clock.advance(9_000);
  assert.deepEqual(await receive(), []);
  await cloud.clock.advance(1_000);
  const [second] = await receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
  assert.equal(second!.MessageId, first!.MessageId);
  assert.notEqual(second!.ReceiptHandle, first!.ReceiptHandle);
  assert.equal(second!.Attributes!["ApproximateReceiveCount"], "2");
});

test("ReceiveMessage can set a visibility timeout of its own", async () => {
  const { send, receive, bodies } = await queue();
  await send("m");
  await receive({ VisibilityTimeout: 1 });
  await cloud.clock.advance(1_000);
  assert.deepEqual(await bodies({ VisibilityTimeout: 0 }), ["m"]);
  assert.deepEqual(await bodies(), ["m"]);
});

// As AWS was recorded to do; its documentation says that only the latest handle counts.
test("Any handle of a message deletes it; a deleted message can be deleted again", async () => {
  const { sqs, url, send, receive, counts } = await queue();
  await send("m");
  const [first] = await receive({ VisibilityTimeout: 0 });
  const [second] = await receive({ VisibilityTimeout: 0 });
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: first!.ReceiptHandle });
  assert.deepEqual(await counts(), [0, 0, 0]);
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: second!.ReceiptHandle });
});

test("Changing the visibility of a message whose time is over does nothing, and is no error", async () => {
  const { sqs, url, send, receive, counts } = await queue();
  await send("m");
  const [message] = await receive({ VisibilityTimeout: 5 });
  await cloud.clock.advance(6_000);
  await sqs.changeMessageVisibility({
    QueueUrl: url,
    ReceiptHandle: message!.ReceiptHandle,
    VisibilityTimeout: 60,
  });
  assert.deepEqual(await counts(), [1, 0, 0]);
});

test("A handle of another queue, or none at all, is not valid", async () => {
  const { sqs, url } = await queue();
  const other = await queue();
  await other.send("m");
  const [message] = await other.receive();
  for (const ReceiptHandle of ["nonsense", "AQEBnonsense", message!.ReceiptHandle!]) {
    await assert.rejects(sqs.deleteMessage({ QueueUrl: url, ReceiptHandle }), {
      name: "ReceiptHandleIsInvalid",
      message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
    });
  }
});

test("ChangeMessageVisibility counts from now, and 0 gives the message back", async () => {
  const { sqs, url, send, receive, bodies } = await queue();
  await send("m");
  const [{ ReceiptHandle }] = (await receive()) as [{ ReceiptHandle: string }];
  const change = (VisibilityTimeout: number) =>
    sqs.changeMessageVisibility({ QueueUrl: url, ReceiptHandle, VisibilityTimeout });
  await cloud.clock.advance(20_000);
  await change(60);
  await cloud.clock.advance(59_000);
  assert.deepEqual(await bodies(), []);
  await change(0);
  await assert.rejects(change(1), { name: "MessageNotInflight" });
  assert.deepEqual(await bodies(), ["m"]);
});

test("A message stays invisible for 12 hours in all", async () => {
  const { sqs, url, send, receive } = await queue();
  await send("m");
  const [message] = await receive();
  const change = (VisibilityTimeout: number) =>
    sqs.changeMessageVisibility({
      QueueUrl: url,
      ReceiptHandle: message!.ReceiptHandle,
      VisibilityTimeout,
    });
  await cloud.clock.advance(10_000);
  await assert.rejects(change(43_200), {
    message:
      "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
  });
  await assert.rejects(change(43_201), { message: /between 0 and 43200/ });
  await change(43_180);
});

test("A delayed message comes when its delay is over; its own delay wins over the queue's", async () => {
  const { send, bodies, counts } = await queue({ DelaySeconds: "10" });
  await send("queue's");
  await send("own", { DelaySeconds: 5 });
  await send("none", { DelaySeconds: 0 });
  assert.deepEqual(await counts(), [1, 0, 2]);
  assert.deepEqual(await bodies(), ["none"]);
  await cloud.clock.advance(5_000);
  assert.deepEqual(await bodies(), ["own"]);
  await cloud.clock.advance(5_000);
  assert.deepEqual(await bodies(), ["queue's"]);
});

test("Messages outlive their retention by nothing", async () => {
  const { send, bodies, counts } = await queue({ MessageRetentionPeriod: "60" });
  await send("m");
  await cloud.clock.advance(59_000);
  assert.deepEqual(await counts(), [1, 0, 0]);
  await cloud.clock.advance(1_000);
  assert.deepEqual(await counts(), [0, 0, 0]);
  assert.deepEqual(await bodies(), []);
});

test("Parameters are taken at their limits and refused beyond, in AWS's words", async () => {
  const { send, receive } = await queue();
  await receive({ MaxNumberOfMessages: 1, WaitTimeSeconds: 0, VisibilityTimeout: 43_200 });
  const refused: [object, string][] = [
    [
      { MaxNumberOfMessages: 0 },
      "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      { MaxNumberOfMessages: 11 },
      "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      { WaitTimeSeconds: 21 },
      "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    ],
    [
      { VisibilityTimeout: 43_201 },
      "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.",
    ],
  ];
  for (const [input, message] of refused)
    await assert.rejects(receive(input), { name: "InvalidParameterValue", message });
  await send("m", { DelaySeconds: 900 });
  await assert.rejects(send("m", { DelaySeconds: 901 }), {
    message: "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
  });
  await assert.rejects(send(""), {
    name: "MissingParameter",
    message: "The request must contain the parameter MessageBody.",
  });
  await assert.rejects(send("m", { MessageDeduplicationId: "d" }), {
    message: "The request include parameter MessageDeduplicationId which is not valid for this queue type",
  });
});

test("A message is as large as its queue takes, attributes included, and no larger", async () => {
  const { send } = await queue({ MaximumMessageSize: "1024" });
  const attribute = { DataType: "String", StringValue: "x".repeat(100) };
  await send("ä".repeat(512));
  await send("x".repeat(1024 - 100 - 6 - 1), { MessageAttributes: { a: attribute } });
  const refusal = {
    name: "InvalidParameterValue",
    message: "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
  };
  await assert.rejects(send("x".repeat(1025)), refusal);
  await assert.rejects(send("x".repeat(1024 - 100 - 6), { MessageAttributes: { a: attribute } }), refusal);
});

test("In a batch AWS says otherwise what is too long, as recorded", async () => {
  const { sqs, url } = await queue({ MaximumMessageSize: "1024" });
  const { Successful, Failed } = await sqs.sendMessageBatch({
    QueueUrl: url,
    Entries: [
      { Id: "long", MessageBody: "x".repeat(1025) },
      { Id: "short", MessageBody: "x" },
    ],
  });
  assert.deepEqual(
    Successful?.map(({ Id }) => Id),
    ["short"],
  );
  assert.deepEqual(Failed, [
    {
      Id: "long",
      SenderFault: true,
      Code: "InvalidParameterValue",
      Message: "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
    },
  ]);
});

/** As recorded: what newer clients call an error, and what older ones do. */
const TWO_NAMES = [
  ["InvalidParameterValueException", "InvalidParameterValue;Sender", { MessageBody: "m", DelaySeconds: 901 }],
  ["MissingRequiredParameterException", "MissingParameter;Sender", { MessageBody: "" }],
] as const;

for (const [type, queryError, input] of TWO_NAMES) {
  test(`In JSON an error is ${type}, its query code stands beside it`, async () => {
    const { url, account } = await queue();
    const response = await fetch(cloud.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessage",
      },
      body: JSON.stringify({ QueueUrl: url, ...input }),
    });
    const { __type } = (await response.json()) as { __type: string };
    assert.equal(__type.split("#")[1], type);
    assert.equal(response.headers.get("x-amzn-query-error"), queryError);
  });
}

test("A message has a mebibyte by default", async () => {
  const { send } = await queue();
  await send("x".repeat(1_048_576));
  await assert.rejects(send("x".repeat(1_048_577)), { message: /shorter than 1048576 bytes/ });
});

test("Only characters of XML can be sent", async () => {
  const { send } = await queue();
  await send("\t\n\r \ud7ff\ue000\ufffd\u{10000}\u{10ffff}");
  for (const body of ["\u0000", "\u0008", "\u000b", "\u001f", "\ufffe", "\uffff"]) {
    await assert.rejects(send(`a${body}`), { name: "InvalidMessageContents" });
  }
});

test("Message attributes are checked as AWS checks them", async () => {
  const { send } = await queue();
  const text = { DataType: "String", StringValue: "World" };
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, text]));
  await send("m", { MessageAttributes: many(10) });
  await send("m", {
    MessageAttributes: { "attr.1øßä": text, n: { DataType: "Number", StringValue: "-1.5e3" } },
  });
  const refused: [object, string][] = [
    [many(11), "Number of message attributes [11] exceeds the allowed maximum [10]."],
    [
      { Hello: { DataType: "Number", StringValue: "world" } },
      "Can't cast the value of message (user) attribute 'Hello' to a number.",
    ],
    [
      { Hello: { DataType: "String", StringValue: "" } },
      "Message (user) attribute 'Hello' must contain a non-empty value of type 'String'.",
    ],
    [
      { Hello: { DataType: "Text", StringValue: "x" } },
      "The type of message (user) attribute 'Hello' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
    ],
    [
      { "AWS.Hello": text },
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    ],
    [{ ["a".repeat(257)]: text }, "Message (user) attribute name must be shorter than 256 bytes."],
    [
      { a: { DataType: `String.${"a".repeat(250)}`, StringValue: "x" } },
      "Message (user) attribute type must be shorter than 256 bytes.",
    ],
    [
      { a: { DataType: "String", StringListValues: ["x"] } },
      "Message attribute list values in SendMessage operation are not supported.",
    ],
  ];
  for (const [MessageAttributes, message] of refused) {
    await assert.rejects(send("m", { MessageAttributes }), { name: "InvalidParameterValue", message });
  }
  await assert.rejects(send("m", { MessageSystemAttributes: { Hello: text } }), {
    message: "Message system attribute name 'Hello' is invalid.",
  });
});

test("A batch fails in parts", async () => {
  const { sqs, url, bodies } = await queue({ MaximumMessageSize: "1024" });
  const { Successful, Failed } = await sqs.sendMessageBatch({
    QueueUrl: url,
    Entries: [
      { Id: "good", MessageBody: "m" },
      { Id: "long", MessageBody: "x".repeat(1025) },
      { Id: "late", MessageBody: "m", DelaySeconds: 901 },
    ],
  });
  assert.deepEqual(
    Successful!.map(({ Id }) => Id),
    ["good"],
  );
  assert.deepEqual(
    Failed!.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
    [
      ["long", "InvalidParameterValue", true],
      ["late", "InvalidParameterValue", true],
    ],
  );
  assert.deepEqual(await bodies(), ["m"]);
});

test("A batch is refused as a whole when it is empty, too long, or its ids are wrong", async () => {
  const { sqs, url } = await queue();
  const send = (...ids: string[]) =>
    sqs.sendMessageBatch({ QueueUrl: url, Entries: ids.map((Id) => ({ Id, MessageBody: "m" })) });
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `id-${i}`);
  await send(...ids(10));
  await assert.rejects(send(...ids(11)), {
    name: "TooManyEntriesInBatchRequest",
    message: "Maximum number of entries per request are 10. You have sent 11.",
  });
  await assert.rejects(send(), {
    name: "EmptyBatchRequest",
    message: "There should be at least one SendMessageBatchRequestEntry in the request.",
  });
  await assert.rejects(send("a", "a"), { name: "BatchEntryIdsNotDistinct", message: "Id a repeated." });
  await send("a".repeat(80));
  for (const id of ["a".repeat(81), "a b", ""]) {
    await assert.rejects(send(id), { name: "InvalidBatchEntryId" });
  }
  await assert.rejects(
    sqs.sendMessageBatch({
      QueueUrl: url,
      Entries: [
        { Id: "a", MessageBody: "x".repeat(1_048_576) },
        { Id: "b", MessageBody: "x" },
      ],
    }),
    {
      name: "BatchRequestTooLong",
      message: "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    },
  );
});

test("Batches of deletions and visibility changes fail in parts, too", async () => {
  const { sqs, url, send, receive, counts } = await queue();
  await send("one");
  await send("two");
  const [one, two] = await receive();
  const changed = await sqs.changeMessageVisibilityBatch({
    QueueUrl: url,
    Entries: [
      { Id: "one", ReceiptHandle: one!.ReceiptHandle!, VisibilityTimeout: 0 },
      { Id: "bad", ReceiptHandle: "nonsense", VisibilityTimeout: 0 },
    ],
  });
  assert.deepEqual(
    [changed.Successful, changed.Failed!.map(({ Code }) => Code)],
    [[{ Id: "one" }], ["ReceiptHandleIsInvalid"]],
  );
  const deleted = await sqs.deleteMessageBatch({
    QueueUrl: url,
    Entries: [
      { Id: "two", ReceiptHandle: two!.ReceiptHandle! },
      { Id: "bad", ReceiptHandle: "nonsense" },
    ],
  });
  assert.deepEqual(deleted.Successful, [{ Id: "two" }]);
  assert.equal(deleted.Failed![0]!.Id, "bad");
  assert.deepEqual(await counts(), [1, 0, 0]);
});

test("A waiting receiver gets a message as soon as it is sent", async () => {
  const { send, receive, bodies } = await queue();
  const waiting = bodies({ WaitTimeSeconds: 20 });
  await underWay();
  await send("m");
  assert.deepEqual(await waiting, ["m"]);
  assert.deepEqual(await receive(), []);
});

test("A waiting receiver gives up when its time is over, or the queue's", async () => {
  const { bodies } = await queue({ ReceiveMessageWaitTimeSeconds: "7" });
  const before = cloud.clock.now();
  const waiting = [bodies(), bodies({ WaitTimeSeconds: 3 })];
  await underWay();
  await cloud.clock.advance(7_000);
  assert.deepEqual(await Promise.all(waiting), [[], []]);
  assert.ok(cloud.clock.now() - before >= 7_000);
});

test("A waiting receiver is woken by a delayed message, and by one that becomes visible again", async () => {
  const { send, bodies, receive } = await queue({ VisibilityTimeout: "10" });
  await send("late", { DelaySeconds: 5 });
  const delayed = bodies({ WaitTimeSeconds: 20 });
  await underWay();
  await cloud.clock.advance(5_000);
  assert.deepEqual(await delayed, ["late"]);
  const again = receive({ WaitTimeSeconds: 20 });
  await underWay();
  await cloud.clock.advance(10_000);
  assert.equal((await again)[0]!.Body, "late");
});

test("Several waiting receivers each get one of several messages", async () => {
  const { sqs, url, bodies } = await queue();
  const waiting = [1, 2, 3].map(() => bodies({ WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }));
  await underWay();
  const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: Id }));
  await sqs.sendMessageBatch({ QueueUrl: url, Entries });
  assert.deepEqual((await Promise.all(waiting)).flat().sort(), ["a", "b", "c"]);
});

test("A message is not lost to a receiver that has left", async () => {
  const { sqs, url, send, bodies } = await queue();
  const leave = new AbortController();
  const gone = sqs.receiveMessage({ QueueUrl: url, WaitTimeSeconds: 20 }, { abortSignal: leave.signal });
  await underWay();
  leave.abort();
  await assert.rejects(gone, { name: "AbortError" });
  await underWay();
  await send("m");
  assert.deepEqual(await bodies(), ["m"]);
});

test("A receiver that waits at a queue which is deleted learns of it", async () => {
  const { sqs, url, bodies } = await queue();
  const waiting = bodies({ WaitTimeSeconds: 20 });
  await underWay();
  await sqs.deleteQueue({ QueueUrl: url });
  await assert.rejects(waiting, { name: "QueueDoesNotExist" });
});

test("A standard queue keeps message groups, and deals with them in parallel", async () => {
  const { send, receive } = await queue();
  await send("a", { MessageGroupId: "g" });
  await send("b", { MessageGroupId: "g" });
  const [a] = await receive({ MaxNumberOfMessages: 1, MessageSystemAttributeNames: ["MessageGroupId"] });
  const [b] = await receive({ MaxNumberOfMessages: 1 });
  assert.deepEqual([a!.Body, b!.Body, a!.Attributes], ["a", "b", { MessageGroupId: "g" }]);
});

test("Everything is gone after a reset, also for who waits", async () => {
  const own = await sqsCloud();
  const { bodies, send } = await own.queue();
  await send("m");
  await own.cloud.reset();
  await assert.rejects(bodies(), { name: "QueueDoesNotExist" });
});

test("A queue name alone stands for the caller's own queue, except strictly", async () => {
  const { sqs, bodies, name } = await queue();
  await sqs.sendMessage({ QueueUrl: name, MessageBody: "m" });
  assert.deepEqual(await bodies(), ["m"]);
  const strict = await sqsCloud({ strict: true });
  await assert.rejects(strict.client().sendMessage({ QueueUrl: "q", MessageBody: "m" }), {
    name: "InvalidAddress",
    message: "The address q is not valid for this endpoint.",
  });
});

test("FIFO options on the wrong queue are refused", async () => {
  const { send } = await queue(FIFO);
  await assert.rejects(send("m", { MessageGroupId: "g", DelaySeconds: 2 }), {
    message:
      "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
  });
  await assert.rejects(send("m"), { message: "The request must contain the parameter MessageGroupId." });
});
