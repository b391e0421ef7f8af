import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { test } from "node:test";
import { AwsError } from "../core/aws-error.ts";
import type { Call } from "../core/call.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { loadModel } from "../models/model.ts";
import { protocolFor } from "../protocols/protocol.ts";
import { callUpstream } from "./upstream.ts";

const sqs = loadModel("sqs")!;
const target = { region: "eu-west-1", signingName: "sqs", endpointPrefix: "sqs" };

/** An endpoint somewhere else that answers as SQS does. */
async function elsewhere(answer: (request: HttpRequest) => HttpResponse) {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = incoming.headers as Record<string, string>;
    const [path, query = ""] = incoming.url!.split("?");
    const {
      status,
      headers: sent,
      body,
    } = answer({
      method: incoming.method!,
      path: path!,
      query,
      headers,
      body: Buffer.concat(chunks),
    });
    outgoing.writeHead(status, sent).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

const call = (service: string, operation: string, input: Record<string, unknown>) =>
  ({ service, operation, input, signal: new AbortController().signal }) as unknown as Call;

test("a service's own call is made at an upstream, signed, and its answer is read", async () => {
  let seen: HttpRequest | undefined;
  await using upstream = await elsewhere((request) => {
    seen = request;
    return protocolFor(sqs, request).encodeOutput("SendMessage", { MessageId: "m-1" }, "r-1");
  });
  const input = { QueueUrl: "http://q", MessageBody: "hello" };
  const output = await callUpstream(call("sqs", "SendMessage", input), upstream, target, 0);
  assert.deepEqual(output, { MessageId: "m-1" });
  assert.deepEqual(protocolFor(sqs, seen!).decode(seen!), { operation: "SendMessage", input });
  assert.match(seen!.headers["authorization"]!, /Credential=test\/19700101\/eu-west-1\/sqs\/aws4_request/);
});

test("an upstream's error is the call's error", async () => {
  await using upstream = await elsewhere((request) =>
    protocolFor(sqs, request).encodeError(new AwsError("QueueDoesNotExist", "No queue."), "r-1"),
  );
  await assert.rejects(
    callUpstream(call("sqs", "DeleteQueue", { QueueUrl: "http://q" }), upstream, target, 0),
    {
      code: "QueueDoesNotExist",
      message: "No queue.",
      status: 400,
    },
  );
});

test("an upstream that is not there is unavailable, and a service without a model cannot be called", async () => {
  const nowhere = { url: "http://127.0.0.1:1" };
  await assert.rejects(callUpstream(call("sqs", "ListQueues", {}), nowhere, target, 0), {
    code: "ServiceUnavailable",
  });
  await assert.rejects(callUpstream(call("acm", "ListCertificates", {}), nowhere, target, 0), {
    code: "NotImplemented",
  });
});

test("an upstream that speaks something else is told in words", async (t) => {
  const odd = createNetServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end("220 mail.example.com ESMTP\r\n"));
  });
  odd.listen(0, "127.0.0.1");
  await once(odd, "listening");
  t.after(() => odd.close());
  const { port } = odd.address() as AddressInfo;
  const asked = call("sqs", "ListQueues", {});
  await assert.rejects(callUpstream(asked, { url: `http://127.0.0.1:${port}` }, target, 0), {
    code: "ServiceUnavailable",
    message:
      /did not answer: what it says is not HTTP \(.+\)\. Is it https:\/\/, or another service's port\?$/,
  });
  await assert.rejects(callUpstream(asked, { url: `https://127.0.0.1:${port}` }, target, 0), {
    code: "ServiceUnavailable",
    message: /did not answer: it does not speak TLS\. Is it http:\/\/\?$/,
  });
});
