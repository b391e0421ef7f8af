import assert from "node:assert/strict";
import { test } from "node:test";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsError } from "../core/aws-error.ts";
import { Clock } from "../core/clock.ts";
import { type Credential, Credentials } from "../core/credentials.ts";
import type { BodyStep, HttpRequest, IncomingBody } from "../core/http.ts";
import { MemoryStorage } from "../core/memory.ts";
import { Random } from "../core/random.ts";
import { isRegion } from "./identity.ts";
import { recognize, regionNamedBy } from "./recognize.ts";
import { hmac, sha256, signedHeaders, signingKey } from "./signature.ts";
import { type Expected, verifySignature } from "./verify.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const user = { account: "111122223333", arn: "arn:aws:iam::111122223333:user/u", userId: "AIDAU" };

function setUp() {
  const clock = new Clock({ startMs: NOW, rate: 0 });
  const credentials = new Credentials(new MemoryStorage(), new Random("signature"), clock);
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

function refusal(
  request: HttpRequest,
  credentials: Credentials,
  nowMs: number,
  more: Partial<Expected> = {},
): AwsError | undefined {
  const { service, accessKeyId } = recognize(request);
  try {
    verifySignature(request, {
      ...{ service, accessKeyId, credentials, nowMs, isRegion },
      signingName: service,
      region: regionNamedBy(request),
      mayBeUnsigned: false,
      ...more,
    });
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

test("a changed body, path, query, method or header is refused", async () => {
  const { credentials, key } = setUp();
  const request = received(await signer(key, "lambda").sign({ ...base }, { signingDate: new Date(NOW) }));
  const changed: HttpRequest[] = [
    { ...request, body: Buffer.from('{"a":2}') },
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
  assert.equal(expired?.code, "AccessDenied");
  assert.equal(expired?.message, "Request has expired");
  assert.equal(expired?.members["X-Amz-Expires"], "60");
  assert.equal(refusal(request, credentials, NOW - 16 * 60_000)?.message, "Request is not valid yet");
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
  assert.equal(refusal(forged, credentials, NOW)?.code, "InvalidToken");
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

test("any key that nobody made is refused, LocalStack's too", async () => {
  const { credentials, key } = setUp();
  for (const accessKeyId of ["test", "123456789012", "LKIAQAAAAAAAOYXGUBXA"]) {
    const signed = await signer({ ...key, accessKeyId }, "sqs").sign(
      { ...base },
      { signingDate: new Date(NOW) },
    );
    assert.equal(refusal(received(signed), credentials, NOW)?.code, "InvalidClientTokenId");
  }
});

test("a presigned URL of a service other than S3 ends, too, and has no beginning in the future", async () => {
  const { credentials, key } = setUp();
  const given = { ...base, method: "GET", body: "", headers: { host: "localhost:4566" } };
  const presigned = await signer(key, "sts").presign(given, { signingDate: new Date(NOW), expiresIn: 60 });
  const request = { ...received(presigned as never), body: new Uint8Array() };
  assert.equal(refusal(request, credentials, NOW), undefined);
  assert.equal(refusal(request, credentials, NOW + 61_000)?.code, "RequestExpired");
  assert.match(refusal(request, credentials, NOW - 16 * 60_000)?.message ?? "", /^Signature not yet current/);
});

test("a signature is for one service, region and day", async () => {
  const { credentials, key } = setUp();
  const request = received(await signer(key, "sqs").sign({ ...base }, { signingDate: new Date(NOW) }));
  const inRegion = (host: string) => ({ ...request, headers: { ...request.headers, host } });
  assert.equal(
    refusal(request, credentials, NOW, { signingName: "dynamodb" })?.message,
    "Credential should be scoped to correct service: 'dynamodb'. ",
  );
  assert.equal(
    refusal(inRegion("sqs.us-west-2.localhost:4566"), credentials, NOW)?.message,
    "Credential should be scoped to a valid region, not 'eu-west-1'. ",
  );
  assert.match(
    refusal(request, credentials, NOW, { isRegion: () => false })?.message ?? "",
    /valid region, not 'eu-west-1'/,
  );
  const authorization = request.headers["authorization"]!.replace("/20261123/", "/20261122/");
  assert.equal(
    refusal({ ...request, headers: { ...request.headers, authorization } }, credentials, NOW)?.message,
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261122' != '20261123', from '20261123T120000Z'. ",
  );
});

test("a body that is not signed is taken where AWS takes it", async () => {
  const { credentials, key } = setUp();
  const headers = { host: "localhost:4566", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  for (const [service, mayBeUnsigned, code] of [
    ["s3", false, undefined],
    ["lambda", false, "SignatureDoesNotMatch"],
    ["lambda", true, undefined],
  ] as const) {
    const signed = await signer(key, service).sign(
      { ...base, path: "/a", headers },
      { signingDate: new Date(NOW) },
    );
    const request = received(signed);
    assert.equal(refusal(request, credentials, NOW, { service, mayBeUnsigned })?.code, code, service);
  }
});

test("S3 compares the body with its signed hash, and wants every x-amz- header signed", async () => {
  const { credentials, key } = setUp();
  const signed = received(
    await signer(key, "s3").sign(
      {
        ...base,
        path: "/b/k",
        headers: { host: "localhost:4566", "x-amz-content-sha256": sha256(base.body) },
      },
      { signingDate: new Date(NOW) },
    ),
  );
  const s3 = { service: "s3" };
  assert.equal(refusal(signed, credentials, NOW, s3), undefined);
  assert.equal(
    refusal({ ...signed, body: Buffer.from("other") }, credentials, NOW, s3)?.code,
    "XAmzContentSHA256Mismatch",
  );
  const more = { ...signed, headers: { ...signed.headers, "x-amz-meta-a": "1" } };
  assert.equal(refusal(more, credentials, NOW, s3)?.members["HeadersNotSigned"], "x-amz-meta-a");
  const { "x-amz-content-sha256": _hash, ...without } = signed.headers;
  const bare = { ...signed, headers: without, headersNotSigned: true };
  assert.match(refusal(bare, credentials, NOW, s3)?.message ?? "", /Missing required header|not signed/);
  const mismatch = refusal({ ...signed, path: "/b/other" }, credentials, NOW, s3);
  assert.equal(mismatch?.code, "SignatureDoesNotMatch");
  assert.match(String(mismatch?.members["StringToSign"]), /^AWS4-HMAC-SHA256\n20261123T120000Z\n/);
  assert.match(String(mismatch?.members["CanonicalRequest"]), /^POST\n\/b\/other\n/);
});

/** An upload in signed chunks, as the Java SDK makes it. */
async function chunked(key: Credential, chunks: readonly string[], trailer?: string) {
  const kind = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? "" : "-TRAILER"}`;
  const length = String(chunks.join("").length);
  const signed = received(
    await signer(key, "s3").sign(
      {
        ...base,
        method: "PUT",
        path: "/b/k",
        headers: {
          host: "localhost:4566",
          "x-amz-content-sha256": kind,
          "x-amz-decoded-content-length": length,
          "content-encoding": "aws-chunked",
        },
      },
      { signingDate: new Date(NOW) },
    ),
  );
  const scope = { date: "20261123", region: "eu-west-1", signingName: "s3" };
  const secret = signingKey({ ...scope, secretAccessKey: key.secretAccessKey });
  let previous = /Signature=(\w+)/.exec(signed.headers["authorization"]!)![1]!;
  const sign = (algorithm: string, ...lines: string[]) => {
    const text = [algorithm, "20261123T120000Z", "20261123/eu-west-1/s3/aws4_request", previous, ...lines];
    previous = hmac(secret, text.join("\n")).toString("hex");
    return previous;
  };
  let body = "";
  for (const chunk of [...chunks, ""]) {
    const signature = sign("AWS4-HMAC-SHA256-PAYLOAD", sha256(""), sha256(chunk));
    body += `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}${chunk && "\r\n"}`;
  }
  if (trailer !== undefined) {
    const signature = sign("AWS4-HMAC-SHA256-TRAILER", sha256(`${trailer}\n`));
    body += `${trailer}\r\nx-amz-trailer-signature:${signature}\r\n`;
  }
  return { ...signed, body: Buffer.from(`${body}\r\n`) };
}

test("the chunks of an upload are signed one by one, and so is its trailer", async () => {
  const { credentials, key } = setUp();
  const s3 = { service: "s3" };
  for (const trailer of [undefined, "x-amz-checksum-crc32:AAAAAA=="]) {
    const upload = await chunked(key, ["hello ", "world"], trailer);
    assert.equal(refusal(upload, credentials, NOW, s3), undefined, trailer);
    const bent = (from: string, to: string) => ({
      ...upload,
      body: Buffer.from(upload.body.toString().replace(from, to)),
    });
    assert.equal(refusal(bent("world", "World"), credentials, NOW, s3)?.code, "SignatureDoesNotMatch");
    if (trailer)
      assert.equal(refusal(bent("AAAAAA", "BAAAAA"), credentials, NOW, s3)?.code, "SignatureDoesNotMatch");
    const half = { ...upload, body: upload.body.subarray(0, 120) };
    assert.equal(refusal(half, credentials, NOW, s3)?.code, "IncompleteBody");
  }
});

/** A body that comes in pieces of so many bytes. */
function streamed(request: HttpRequest, size: number) {
  const steps: BodyStep[] = [];
  async function* pieces() {
    for (let at = 0; at < request.body.length; at += size) yield request.body.subarray(at, at + size);
  }
  const stream: IncomingBody = {
    trailers: {},
    bend: (step) => void steps.push(step),
    receive: () => {},
    discard: () => {},
    withholdContinue: () => {},
    [Symbol.asyncIterator]: () =>
      steps
        .reduce((chunks: AsyncIterable<Uint8Array>, step) => step(chunks), pieces())
        [Symbol.asyncIterator](),
  };
  const read = async () => {
    let length = 0;
    try {
      for await (const bytes of stream) length += bytes.length;
    } catch (error) {
      // Who reads on never had all of it.
      assert.ok(length < request.body.length);
      return (error as AwsError).code;
    }
    return length;
  };
  return { request: { ...request, body: new Uint8Array(), stream }, read };
}

test("a body that comes as a stream is checked as it passes, whole or in chunks", async () => {
  const { credentials, key } = setUp();
  const s3 = { service: "s3" };
  const headers = { host: "localhost:4566", "x-amz-content-sha256": sha256(base.body) };
  const whole = received(
    await signer(key, "s3").sign({ ...base, path: "/b/k", headers }, { signingDate: new Date(NOW) }),
  );
  const upload = await chunked(key, ["hello ", "world"], "x-amz-checksum-crc32:AAAAAA==");
  const bent = Buffer.from(upload.body.toString().replace("world", "World"));
  for (const size of [1, 7, 1000]) {
    for (const [given, ending] of [
      [whole, base.body.length],
      [{ ...whole, body: Buffer.from("{}") }, "XAmzContentSHA256Mismatch"],
      [upload, upload.body.length],
      [{ ...upload, body: bent }, "SignatureDoesNotMatch"],
      [{ ...upload, body: upload.body.subarray(0, 120) }, "IncompleteBody"],
    ] as const) {
      const { request, read } = streamed(given, size);
      assert.equal(refusal(request, credentials, NOW, s3), undefined);
      assert.equal(await read(), ending);
    }
  }
});

test("a query that cannot be decoded is a 400, not a failure", async () => {
  const { credentials, key } = setUp();
  const request = received(await signer(key, "lambda").sign({ ...base }, { signingDate: new Date(NOW) }));
  const error = refusal({ ...request, query: "a=%zz" }, credentials, NOW);
  assert.equal(error?.code, "MalformedQueryString");
  assert.equal(error?.status, 400);
});

const header = (value: string): HttpRequest => ({
  method: "POST",
  path: "/",
  query: "",
  headers: { host: "localhost", "x-amz-date": "20261123T120000Z", authorization: value },
  body: new Uint8Array(),
});
const scope = "AKID/20261123/eu-west-1/sqs/aws4_request";

const malformed: readonly [given: string, message: RegExp][] = [
  [
    "AWS4-HMAC-SHA256",
    /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. \(Hashed/,
  ],
  [
    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host`,
    /^Authorization header requires 'Signature' parameter\. \(Hashed with SHA-256 and encoded with Base64\) Authorization=/,
  ],
  [
    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders, Signature=0`,
    /^Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed/,
  ],
  ["Bearer abc", /^Invalid key=value pair/],
  [
    "AWS4-HMAC-SHA256 Credential=AKID/sqs/aws4_request, SignedHeaders=host, Signature=0",
    /^Credential must have exactly 5 slash-delimited elements/,
  ],
  [
    `AWS4-HMAC-SHA256 Credential=${scope}, Credential=other, SignedHeaders=host, Signature=0`,
    /'Credential' twice/,
  ],
];

for (const [given, message] of malformed) {
  test(`the Authorization header ${given} is refused as AWS does`, () => {
    const { credentials } = setUp();
    const error = refusal(header(given), credentials, NOW, { accessKeyId: "AKID", service: "sqs" });
    assert.equal(error?.code, "IncompleteSignature");
    assert.match(error?.message ?? "", message);
  });
}

test("a signature names the host, and only headers that are there", () => {
  const { credentials } = setUp();
  const signed = (names: string) =>
    header(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=0`);
  const said = (names: string) =>
    refusal(signed(names), credentials, NOW, { accessKeyId: "AKID", service: "sqs" })?.message ?? "";
  assert.match(said("x-amz-date"), /^'Host' or ':authority' must be a 'SignedHeader'/);
  assert.match(said("accept;host"), /^'accept' is named as a SignedHeader, but it does not exist/);
});

test("version 4a is refused by name", () => {
  const { credentials } = setUp();
  const error = refusal(
    header("AWS4-ECDSA-P256-SHA256 Credential=AKID/20261123/s3/aws4_request"),
    credentials,
    NOW,
  );
  assert.equal(error?.status, 501);
  assert.match(error?.message ?? "", /version 4a/);
});

test("S3 has its own words for what is malformed", () => {
  const { credentials } = setUp();
  const said = (request: HttpRequest) => {
    const { code, message } = refusal(request, credentials, NOW, { service: "s3" })!;
    return `${code}: ${message}`;
  };
  assert.match(
    said(header("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0")),
    /^AuthorizationHeaderMalformed: .*Credential is mal-formed; expecting/,
  );
  const central = { service: "s3", region: "eu-central-1" };
  const { code, message } = refusal(header("AWS AKID:sig"), credentials, NOW, central)!;
  assert.match(`${code}: ${message}`, /^InvalidRequest: .*Please use AWS4-HMAC-SHA256\./);
  assert.match(said(header("Basic abc")), /^InvalidArgument: Unsupported Authorization Type/);
  const url = { ...header(""), headers: { host: "localhost" } };
  assert.match(
    said({ ...url, query: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0" }),
    /^AuthorizationQueryParametersError: Query-string authentication version 4 requires/,
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
