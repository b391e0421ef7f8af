import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket, presign } = await s3Cloud();

const ORIGIN = "https://app.example.com";
const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/** What a browser hears of CORS. */
const cors = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => /^access-control|^vary$/.test(name)));

async function withRules(...CORSRules: object[]) {
  const given = await bucket();
  await given.s3.putBucketCors({
    Bucket: given.Bucket,
    CORSConfiguration: { CORSRules: CORSRules as never },
  });
  const ask = (headers: Record<string, string>, path = `/${given.Bucket}/k`) =>
    fetch(cloud.url + path, { method: "OPTIONS", headers });
  return { ...given, ask };
}

test("a preflight is answered as the bucket's rules say", async () => {
  const { ask } = await withRules({
    AllowedMethods: ["GET"],
    AllowedOrigins: [ORIGIN],
    AllowedHeaders: ["x-amz-expected-bucket-owner", "x-AMZ-server-SIDE-encryption"],
    MaxAgeSeconds: 3000,
  });
  const wish = { origin: ORIGIN, "access-control-request-method": "GET" };
  const allowed = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-methods": "GET",
    "access-control-max-age": "3000",
    "access-control-allow-credentials": "true",
    vary: VARY,
  };
  const plain = await ask(wish);
  assert.deepEqual([plain.status, cors(plain)], [200, allowed]);
  for (const id of ["x-amz-request-id", "x-amz-id-2"]) assert.ok(plain.headers.get(id), id);
  const headers = "X-Amz-Expected-Bucket-Owner,x-amz-server-side-encryption";
  assert.deepEqual(cors(await ask({ ...wish, "access-control-request-headers": headers })), {
    ...allowed,
    "access-control-allow-headers": "x-amz-expected-bucket-owner, x-amz-server-side-encryption",
  });
  const refused = await ask({ ...wish, "access-control-request-headers": "x-amz-request-payer" });
  assert.deepEqual([refused.status, cors(refused)], [403, {}]);
  assert.match(
    await refused.text(),
    /<Code>AccessForbidden<\/Code><Message>CORSResponse: This CORS request is not allowed\. This is usually because the evalution of Origin, request method \/ Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource(?:'|&apos;|&#39;)s CORS spec\.<\/Message><Method>GET<\/Method><ResourceType>OBJECT<\/ResourceType><RequestId>/,
  );
});

test("an origin that is allowed to everybody is answered without credentials", async () => {
  const { ask } = await withRules({
    AllowedMethods: ["GET", "PUT"],
    AllowedOrigins: ["*"],
    ExposeHeaders: ["x-amz-id-2", "x-amz-request-id"],
  });
  assert.deepEqual(cors(await ask({ origin: ORIGIN, "access-control-request-method": "PUT" })), {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, PUT",
    "access-control-expose-headers": "x-amz-id-2, x-amz-request-id",
    vary: VARY,
  });
});

test("a preflight that cannot be answered is refused in S3's words", async () => {
  const { Bucket, ask } = await withRules({
    AllowedMethods: ["GET"],
    AllowedOrigins: ["https://*.example.com"],
  });
  const none = await bucket();
  const wish = { origin: ORIGIN, "access-control-request-method": "GET" };
  for (const [headers, path, status, ...said] of [
    [{}, `/${Bucket}`, 400, /<Code>BadRequest<.*Insufficient information\. Origin request header needed\./],
    [{ origin: ORIGIN }, `/${Bucket}`, 400, /Invalid Access-Control-Request-Method: null/],
    [wish, "/no-such-bucket", 403, /CORSResponse: Bucket not found.*<Method>GET<.*<ResourceType>BUCKET</],
    [{ origin: ORIGIN }, "/no-such-bucket", 403, /<Method>OPTIONS<\/Method>/],
    [wish, `/${none.Bucket}/k`, 403, /CORSResponse: CORS is not enabled for this bucket\./],
    [{ ...wish, origin: "https://example.com" }, `/${Bucket}`, 403, /<ResourceType>BUCKET</],
  ] as const) {
    const response = await ask(headers, path);
    const text = await response.text();
    assert.equal(response.status, status, text);
    for (const pattern of said) assert.match(text, pattern);
  }
});

test("a page of another site reads what its bucket's rules let it, and nothing else", async () => {
  const { put, Bucket } = await withRules({ AllowedMethods: ["GET"], AllowedOrigins: [ORIGIN] });
  await put("k", "data");
  const url = await presign("GET", `/${Bucket}/k`);
  const read = await fetch(url, { headers: { origin: ORIGIN } });
  assert.equal(await read.text(), "data");
  assert.equal(read.headers.get("access-control-allow-origin"), ORIGIN);
  const other = await fetch(url, { headers: { origin: "https://evil.example.org" } });
  assert.equal(other.status, 403, "Squall keeps other sites out");
  const own = await fetch(url, { headers: { origin: "http://localhost:3000" } });
  assert.deepEqual([own.status, cors(own)], [200, {}], "the rules do not speak of it: AWS says nothing");
  const written = await fetch(await presign("PUT", `/${Bucket}/k`), {
    method: "PUT",
    body: "x",
    headers: { origin: ORIGIN },
  });
  assert.equal(written.status, 403, "no rule has PUT");
});

test("without rules pages of this machine may read; under --strict they may not, as on AWS", async () => {
  const { put, Bucket } = await bucket();
  await put("k", "data");
  const headers = { origin: "http://localhost:3000", "access-control-request-method": "GET" };
  assert.equal((await fetch(`${cloud.url}/${Bucket}/k`, { method: "OPTIONS", headers })).status, 204);
  const read = await fetch(await presign("GET", `/${Bucket}/k`), { headers });
  assert.equal(read.headers.get("access-control-allow-origin"), headers.origin);

  const strict = await s3Cloud({ strict: true });
  const its = await strict.bucket();
  await its.put("k", "data");
  const asked = await fetch(`${strict.cloud.url}/${its.Bucket}/k`, { method: "OPTIONS", headers });
  assert.equal(asked.status, 403);
  const answered = await fetch(await strict.presign("GET", `/${its.Bucket}/k`), {
    headers,
  });
  assert.deepEqual([answered.status, cors(answered)], [200, {}]);
});

test("a preflight for another service is not the buckets' business", async () => {
  const headers = { origin: "http://localhost:3000", "access-control-request-method": "POST" };
  assert.equal((await fetch(cloud.url, { method: "OPTIONS", headers })).status, 204);
  const api = await fetch(`${cloud.url}/2015-03-31/functions`, { method: "OPTIONS", headers });
  assert.equal(api.status, 204);
});
