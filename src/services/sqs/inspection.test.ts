import assert from "node:assert/strict";
import { test } from "node:test";
import { sqsCloud } from "./fixture.test.ts";

const { cloud, queue } = await sqsCloud();

const get = (path: string, accept = "application/json") =>
  fetch(`${cloud.url}/_aws/sqs/messages${path}`, { headers: { accept } });

test("Messages can be looked at without being received", async () => {
  const { url, send, bodies } = await queue();
  await send("a & <b>", { MessageAttributes: { n: { DataType: "Number", StringValue: "1" } } });
  const response = await get(`?QueueUrl=${encodeURIComponent(url)}`);
  const { ReceiveMessageResponse } = (await response.json()) as {
    ReceiveMessageResponse: { ReceiveMessageResult: { Message: Record<string, unknown>[] } };
  };
  const [message] = ReceiveMessageResponse.ReceiveMessageResult.Message;
  assert.equal(message!["Body"], "a & <b>");
  assert.deepEqual(message!["MessageAttribute"], [
    { Name: "n", Value: { StringValue: "1", DataType: "Number" } },
  ]);
  assert.deepEqual(await bodies(), ["a & <b>"]);
});

test("They come as XML by default, by the queue's place too", async () => {
  const { account, name, send } = await queue();
  await send("a & <b>");
  const response = await get(`/us-east-1/${account}/${name}`, "*/*");
  assert.equal(response.headers.get("content-type"), "text/xml");
  assert.match(
    await response.text(),
    /<Message><MessageId>[\w-]+<\/MessageId>.*<Body>a &amp; &lt;b&gt;<\/Body>/,
  );
});

test("Invisible and delayed messages are shown when asked for", async () => {
  const { account, name, send, receive } = await queue();
  await send("in flight");
  await receive();
  await send("delayed", { DelaySeconds: 10 });
  const bodies = async (query: string) =>
    [
      ...(await (await get(`/us-east-1/${account}/${name}${query}`, "*/*")).text()).matchAll(/<Body>(.*?)</g),
    ].map(([, body]) => body);
  assert.deepEqual(await bodies(""), []);
  assert.deepEqual(await bodies("?ShowInvisible=true"), ["in flight"]);
  assert.deepEqual(await bodies("?ShowInvisible=true&ShowDelayed=true"), ["in flight", "delayed"]);
});

test("A queue that does not exist is said not to", async () => {
  const response = await get("/us-east-1/000000000000/none");
  assert.equal(response.status, 400);
  assert.match(await response.text(), /QueueDoesNotExist/);
});
