import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { after, before, test } from "node:test";
import { mostBytesOf } from "../../src/aws/request-sizes.ts";
import type { Cloud } from "../../src/index.ts";
import { loadModel } from "../../src/models/model.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { newAccount, testCloud } from "../cloud.ts";

/*
 * What AWS's front ends refuse for its size alone is refused here as well, in the words of the service and before it is read:
 * announced, or where a body of unknown length passes the limit.
 */

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

const declarations = (await loadDeclarations()).filter(({ name }) => loadModel(name) !== undefined);

/** The head of a request to a service, for an operation that its path does not name. */
function headersFor(service: string): Record<string, string> {
  const { metadata } = loadModel(service)!;
  const scope = `${newAccount()}/20261128/us-east-1/${metadata.signingName ?? metadata.endpointPrefix}/aws4_request`;
  const isJson = metadata.targetPrefix !== undefined;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    ...(isJson && { "x-amz-target": `${metadata.targetPrefix}.Nothing` }),
    "content-type": isJson ? `application/x-amz-json-${metadata.jsonVersion}` : "application/octet-stream",
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends a head, and what follows. */
async function ask(headers: Record<string, string>, path: string, body: Buffer | undefined): Promise<Answer> {
  const outgoing = httpRequest({ port: cloud.port, host: "127.0.0.1", method: "POST", path, headers });
  outgoing.on("error", () => {});
  if (body) outgoing.end(body);
  else outgoing.flushHeaders();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  outgoing.destroy();
  // Some protocols name an error in a header.
  return { status: response.statusCode!, text: (response.headers["x-amzn-errortype"] ?? "") + text };
}

/** What each says; all others say the first. */
const WORDS: Readonly<Record<string, RegExp>> = {
  "": /RequestEntityTooLarge.*Request size \d+ exceeded \d+ bytes/s,
  dynamodb: /^$/,
  dynamodbstreams: /^$/,
  kinesis: /^$/,
  sqs: /^HTTP content length exceeded \d+ bytes\.$/,
  s3: /<Code>MaxMessageLengthExceeded<\/Code><Message>Your request was too big\.</,
  s3control: /<Code>MaxMessageLengthExceeded<\/Code><Message>Your request was too big\.</,
  lambda: /Request must be smaller than \d+ bytes for the \w+ operation/,
};

for (const { name, requests } of declarations) {
  const path = name === "s3" ? "/bucket?delete" : name === "s3control" ? "/v20180820/jobs" : "/";
  const most = mostBytesOf(requests, "");
  const status = name.startsWith("s3") ? 400 : 413;

  test(`${name}: a body that is announced as larger than ${most} bytes is refused before it comes`, async () => {
    const { text, ...answer } = await ask(
      { ...headersFor(name), "content-length": String(most + 1) },
      path,
      undefined,
    );
    assert.deepEqual(answer, { status });
    assert.match(text, WORDS[name] ?? WORDS[""]!);
  });

  test(`${name}: a body of unknown length is refused where it passes ${most} bytes, and one of ${most} is read`, async () => {
    const headers = { ...headersFor(name), "transfer-encoding": "chunked" };
    const over = await ask(headers, path, Buffer.alloc(most + 1, " "));
    assert.equal(over.status, status);
    assert.match(over.text, WORDS[name] ?? WORDS[""]!);
    const at = await ask(headers, path, Buffer.alloc(most, " "));
    assert.doesNotMatch(at.text, /TooLarge|MaxMessage|exceeded|smaller than/);
    assert.notEqual(at.status, 413);
  });
}

test("an operation has its own limit, whether its head, its path or its form names it", async () => {
  const graph = {
    ...headersFor("cloudwatch"),
    "x-amz-target": "GraniteServiceVersion20100801.GetMetricData",
  };
  const json = await ask({ ...graph, "content-length": "614401" }, "/", undefined);
  assert.match(json.text, /Request size 614401 exceeded 614400 bytes/);

  const code = { ...headersFor("lambda"), "content-length": "70167212" };
  const zip = await ask(code, "/2015-03-31/functions", undefined);
  assert.match(zip.text, /Request must be smaller than 70167211 bytes for the CreateFunction operation/);
  assert.match(zip.text, /RequestEntityTooLargeException|"Type":"User"/);

  const { "x-amz-target": _, ...signed } = headersFor("cloudwatch");
  const form = { ...signed, "content-type": "application/x-www-form-urlencoded" };
  const body = (bytes: number) =>
    Buffer.from("Action=GetMetricData&Version=2010-08-01&x=".padEnd(bytes, "x"));
  const over = await ask(form, "/", body(614_401));
  assert.equal(over.status, 413);
  assert.match(
    over.text,
    /<Code>RequestEntityTooLarge<\/Code><Message>Request size 614401 exceeded 614400 bytes</,
  );
  assert.notEqual((await ask(form, "/", body(614_400))).status, 413);
});
