import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { BOOTSTRAPS } from "./bootstraps.ts";

interface Responses {
  next(): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly body: string }>;
  read(chunk: Buffer): void;
}

const { Responses } = (await import(pathToFileURL(join(BOOTSTRAPS, "node/responses.mjs")).href)) as {
  Responses: new () => Responses;
};

const BODY = `{"text":"ä\\r\\n\\r\\n"}`;
const RESPONSE = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(BODY)}\r\nLambda-Runtime-Client-Context: {"a":"b: c"}\r\n\r\n${BODY}`,
);
const READ = {
  headers: {
    "content-length": String(Buffer.byteLength(BODY)),
    "lambda-runtime-client-context": `{"a":"b: c"}`,
  },
  body: BODY,
};

test("a response of the Runtime API is read in whatever pieces it comes", async () => {
  for (let size = 1; size <= RESPONSE.length; size++) {
    const responses = new Responses();
    const next = responses.next();
    for (let at = 0; at < RESPONSE.length; at += size) responses.read(RESPONSE.subarray(at, at + size));
    assert.deepEqual(await next, READ);
  }
});

test("a response without a body is one, and the next is read by itself", async () => {
  const responses = new Responses();
  const empty = responses.next();
  responses.read(Buffer.from("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"));
  assert.equal((await empty).body, "");
  const next = responses.next();
  responses.read(RESPONSE);
  assert.deepEqual(await next, READ);
});
