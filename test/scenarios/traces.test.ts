import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { CloudOptions } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly links?: readonly { readonly spanId: string }[];
  readonly status: { readonly code?: number };
}

/** A collector that takes OTLP in JSON. */
async function collector() {
  const spans: OtlpSpan[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { resourceSpans } = JSON.parse(text) as {
      resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
    };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

const attributesOf = ({ attributes }: OtlpSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

/** A client in the midst of a trace of its own. */
function traced<C extends SQSClient | SNSClient>(client: C): C {
  const add =
    (next: (args: never) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
      args.request.headers["traceparent"] = `00-${TRACE}-${SPAN}-01`;
      return next(args as never);
    };
  (client.middlewareStack as SQSClient["middlewareStack"]).add(add as never, { step: "build" });
  return client;
}

/** Runs with traces, and gives what the collector has when all is over. */
async function spansOf(
  options: CloudOptions,
  use: (url: Awaited<ReturnType<typeof testCloud>>) => Promise<void>,
) {
  await using to = await collector();
  {
    await using cloud = await testCloud({ traces: { url: to.url }, ...options });
    await use(cloud);
    await cloud.settle();
  }
  return to.spans;
}

test("a call is one span in its client's trace, with how it ended and which rule struck it", async () => {
  const spans = await spansOf({}, async (cloud) => {
    const sqs = traced(new SQSClient(clientOptions(cloud)));
    await sqs.send(new ListQueuesCommand());
    await cloud.faults.add({
      id: "slow",
      effect: "error",
      params: { kind: "internal" },
      match: { service: "sqs" },
    });
    await assert.rejects(sqs.send(new ListQueuesCommand()));
  });
  assert.deepEqual(
    spans.map(({ name, traceId, parentSpanId }) => [name, traceId, parentSpanId]),
    [
      ["sqs.ListQueues", TRACE, SPAN],
      ["sqs.ListQueues", TRACE, SPAN],
    ],
  );
  const [fine, struck] = spans.map(attributesOf);
  assert.equal(fine!["rpc.system"], "aws-api");
  assert.equal(fine!["http.response.status_code"], 200);
  assert.match(String(fine!["squall.site"]), /sqs\.ListQueues/);
  assert.deepEqual([struck!["squall.fault.rule"], struck!["squall.fault.effect"]], ["slow", "error"]);
  assert.equal(spans[1]!.status.code, 2);
});

test("what comes of a call later is linked to it, or its child while it is under way", async () => {
  const spans = await spansOf({}, async (cloud) => {
    const asked = clientOptions(cloud, "111122223333");
    const sns = new SNSClient(asked);
    await new SQSClient(asked).send(new CreateQueueCommand({ QueueName: "jobs" }));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "news" }));
    const Endpoint = "arn:aws:sqs:us-east-1:111122223333:jobs";
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
  });
  const publish = spans.find(({ name }) => name === "sns.Publish")!;
  const sent = spans.find(({ name }) => name === "sqs.SendMessage")!;
  const isOfPublish =
    sent.parentSpanId === publish.spanId || sent.links?.some(({ spanId }) => spanId === publish.spanId);
  assert.ok(isOfPublish, JSON.stringify(sent));
});

test("the context goes on to an upstream, unless the client's signature covers another", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers["traceparent"] as string | undefined);
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const spans = await spansOf(
    { isGateway: true, services: [], upstreams: { "*": { url, keepsHost: true } } },
    async (cloud) => {
      await new SQSClient(clientOptions(cloud)).send(new ListQueuesCommand());
      await traced(new SQSClient(clientOptions(cloud))).send(new ListQueuesCommand());
    },
  );
  server.close();
  const [own, signed] = spans;
  assert.equal(seen[0], `00-${own!.traceId}-${own!.spanId}-01`);
  assert.equal(seen[1], `00-${TRACE}-${SPAN}-01`, "the SDK signs what it is given");
  assert.equal(signed!.parentSpanId, SPAN);
});
