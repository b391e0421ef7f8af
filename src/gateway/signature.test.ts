import assert from "node:assert/strict";
import { test } from "node:test";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsError } from "../core/aws-error.ts";
import { Clock } from "../core/clock.ts";
import { type Credential, Credentials } from "../core/credentials.ts";
import type { HttpRequest } from "../core/http.ts";
import { Random } from "../core/random.ts";
import { SqliteStorage } from "../core/sqlite.ts";
import { recognize } from "./recognize.ts";
import { signedHeaders, verifySignature } from "./signature.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const user = { account: "111122223333", arn: "arn:aws:iam::111122223333:user/u", userId: "AIDAU" };

function setUp() {
  const clock = new Clock({ startMs: NOW, rate: 0 });
  const credentials = new Credentials(new SqliteStorage(), new Random("signature"), clock);
  return { credentials, key: credentials.issue(user) };
}

function signer(key: Credential, service: string) {
  return new SignatureV4({
    credentials: { ...key, ...(key.sessionToken && { sessionToken: key.sessionToken }) },
    region: "eu-west-1",
    service,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
}

const base = {
  method: "POST",
  protocol: "http:",
  hostname: "localhost",
  port: 4566,
  path: "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations",
  query: { Qualifier: "a b", "X-Other": ["2", "1"] } as Record<string, string | string[]>,
  headers: { host: "localhost:4566", "x-amz-meta": "  two   spaces " } as Record<string, string>,
  body: '{"a":1}',
};

function received(signed: {
  method: string;
  path: string;
  query?: Record<string, unknown>;
  headers: Record<string, string>;
}): HttpRequest {
  const encode = (text: unknown) =>
    encodeURIComponent(String(text)).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const query = Object.entries(signed.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encode(name)}=${encode(one)}`),
  );
  return {
    method: signed.method,
    path: signed.path,
    query: query.join("&"),
    headers: Object.fromEntries(
      Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(base.body),
  };
}

function refusal(request: HttpRequest, credentials: Credentials, nowMs: number): AwsError | undefined {
  try {
    verifySignature(request, recognize(request).signature, credentials, nowMs);
    return undefined;
  } catch (error) {
    return error as AwsError;
  }
}

test("a request that the SDK signed is accepted", async () => {
  const { credentials, key } = setUp();
  const request = received(await signer(key, "lambda").sign({ ...base }, { signingDate: new Date(NOW) }));
  assert.equal(refusal(request, credentials, NOW), undefined);
});

test("a changed body, path, query or header is refused", async () => {
  const { credentials, key } = setUp();
  const request = received(await signer(key, "lambda").sign({ ...base }, { signingDate: new Date(NOW) }));
  const headers = { ...request.headers };
  delete headers["x-amz-content-sha256"];
  const changed: HttpRequest[] = [
    { ...request, path: "/other" },
    { ...request, query: "Qualifier=c" },
    { ...request, method: "GET" },
    { ...request, headers: { ...request.headers, "x-amz-meta": "three" } },
  ];
  for (const one of changed) assert.equal(refusal(one, credentials, NOW)?.code, "SignatureDoesNotMatch");
});

test("a presigned URL is accepted until it expires", async () => {
  const { credentials, key } = setUp();
  const presigned = await signer(key, "s3").presign(
    {
      ...base,
      method: "GET",
      path: "/bucket/a%20b",
      query: {},
      headers: { host: "localhost:4566", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    },
    { signingDate: new Date(NOW), expiresIn: 60 },
  );
  const request = { ...received(presigned as never), body: new Uint8Array() };
  assert.equal(refusal(request, credentials, NOW + 60_000), undefined);
  const expired = refusal(request, credentials, NOW + 60_001);
  assert.equal(expired?.code, "RequestExpired");
  assert.equal(expired?.message, "Request has expired.");
});

test("a key that nobody made, an expired session and a wrong token are refused", async () => {
  const { credentials, key } = setUp();
  const stranger = { ...key, accessKeyId: "AKIAFFFFFFFFFFFFFFFF" };
  const request = received(await signer(stranger, "sqs").sign({ ...base }, { signingDate: new Date(NOW) }));
  assert.equal(refusal(request, credentials, NOW)?.code, "InvalidClientTokenId");

  const session = credentials.issue(user, 3_600_000);
  const signed = received(
    await signer(session, "sqs").sign({ ...base }, { signingDate: new Date(NOW + 3_600_000) }),
  );
  assert.equal(refusal(signed, credentials, NOW + 3_599_999), undefined);
  assert.equal(refusal(signed, credentials, NOW + 3_600_000)?.code, "ExpiredToken");
  const forged = { ...signed, headers: { ...signed.headers, "x-amz-security-token": "other" } };
  assert.equal(refusal(forged, credentials, NOW)?.code, "InvalidClientTokenId");
});

test("a clock that is more than fifteen minutes off is refused in AWS's words", async () => {
  const { credentials, key } = setUp();
  const request = received(await signer(key, "sqs").sign({ ...base }, { signingDate: new Date(NOW) }));
  assert.equal(refusal(request, credentials, NOW + 15 * 60_000), undefined);
  assert.equal(
    refusal(request, credentials, NOW + 15 * 60_000 + 1000)?.message,
    "Signature expired: 20261123T120000Z is now earlier than 20261123T120001Z (20261123T121501Z - 15 min.)",
  );
  assert.match(
    refusal(request, credentials, NOW - 16 * 60_000)?.message ?? "",
    /^Signature not yet current: /,
  );
});

test("a request without a signature is refused", () => {
  const { credentials } = setUp();
  const bare: HttpRequest = { method: "GET", path: "/", query: "", headers: {}, body: new Uint8Array() };
  assert.equal(refusal(bare, credentials, NOW)?.code, "MissingAuthenticationToken");
});

test("what is signed for an upstream is a signature that holds", () => {
  const { credentials, key } = setUp();
  const request = received({ ...base, headers: { ...base.headers, authorization: "old" } });
  const headers = signedHeaders(request, { ...key, region: "eu-west-1", signingName: "lambda" }, NOW);
  assert.equal(refusal({ ...request, headers }, credentials, NOW), undefined);
});
