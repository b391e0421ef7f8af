import assert from "node:assert/strict";
import { type OutgoingHttpHeaders, request } from "node:http";
import { test } from "node:test";
import { KMS } from "@aws-sdk/client-kms";
import { clientOptions } from "../../../test/cloud.ts";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

/** A bucket whose objects everybody may read, and its site. */
async function site() {
  const made = await bucket();
  const { s3, Bucket } = made;
  await s3.deletePublicAccessBlock({ Bucket });
  const statement = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  await s3.putBucketPolicy({
    Bucket,
    Policy: JSON.stringify({ Version: "2012-10-17", Statement: statement }),
  });
  await s3.putBucketWebsite({
    Bucket,
    WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "error.html" } },
  });
  const { port } = new URL(cloud.url);
  const host = `${Bucket}.s3-website.localhost.localstack.cloud:${port}`;
  const ask = (path: string, headers: OutgoingHttpHeaders = {}, method = "GET") =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }>(
      (resolve, reject) => {
        request(
          { host: "127.0.0.1", port, path, method, headers: { ...headers, host } },
          async (response) => {
            let text = "";
            for await (const chunk of response) text += chunk;
            resolve({ status: response.statusCode, headers: response.headers, text });
          },
        )
          .on("error", reject)
          .end();
      },
    );
  return { ...made, ask };
}

test("a page is read under conditions, and in ranges", async () => {
  const { put, ask } = await site();
  await put("page", "0123456789", { ContentDisposition: "inline", Expires: new Date(1_900_000_000_000) });
  const { status, headers, text } = await ask("/page");
  assert.deepEqual([status, text, headers["content-disposition"]], [200, "0123456789", "inline"]);
  assert.equal(headers["expires"], new Date(1_900_000_000_000).toUTCString());
  const etag = String(headers["etag"]);
  const modified = String(headers["last-modified"]);
  const answers: [OutgoingHttpHeaders, number, string | RegExp][] = [
    [{ "if-none-match": etag }, 304, ""],
    [{ "if-none-match": '"other"' }, 200, "0123456789"],
    [{ "if-modified-since": modified }, 304, ""],
    [{ "if-match": '"other"' }, 412, /<h1>412 Precondition Failed<\/h1>/],
    [{ range: "bytes=2-4" }, 206, "234"],
    [{ range: "bytes=-3" }, 206, "789"],
    [{ range: "bytes=20-" }, 416, /<li>Code: InvalidRange<\/li>/],
  ];
  for (const [sent, expected, body] of answers) {
    const answer = await ask("/page", sent);
    assert.equal(answer.status, expected, JSON.stringify(sent));
    if (typeof body === "string") assert.equal(answer.text, body);
    else assert.match(answer.text, body);
  }
  const part = await ask("/page", { range: "bytes=2-4" });
  assert.deepEqual([part.headers["content-range"], part.headers["content-length"]], ["bytes 2-4/10", "3"]);
  const head = await ask("/page", {}, "HEAD");
  assert.deepEqual([head.status, head.headers["content-length"], head.text], [200, "10", ""]);
});

test("conditions and ranges are not asked of the page that is shown for an error", async () => {
  const { put, ask } = await site();
  await put("error.html", "not here");
  const { headers } = await ask("/none");
  for (const sent of [{ "if-none-match": String(headers["etag"]) }, { range: "bytes=0-1" }]) {
    const answer = await ask("/none", sent);
    assert.deepEqual([answer.status, answer.text], [404, "not here"]);
  }
});

test("a page that is not encoded as a path can be is a bad request", async () => {
  const { ask } = await site();
  for (const path of ["/%zz", "/%ff", "/a%"]) {
    const { status, text } = await ask(path);
    assert.equal(status, 400, path);
    assert.match(text, /<li>Code: InvalidURI<\/li>/);
  }
});

test("what a site may not read of a bucket it does not show: archives, and what lies under keys", async () => {
  const { put, ask, s3, Bucket, account } = await site();
  const kms = new KMS(clientOptions(cloud, account));
  const { KeyMetadata } = await kms.createKey({});
  await put("cold", "secret", { StorageClass: "GLACIER" });
  await put("own-key", "secret", { SSECustomerAlgorithm: "AES256", SSECustomerKey: Buffer.alloc(32, "k") });
  await put("kms", "secret", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyMetadata!.KeyId });
  for (const [key, status, code] of [
    ["cold", 403, "InvalidObjectState"],
    ["own-key", 400, "InvalidRequest"],
    ["kms", 400, "InvalidArgument"],
  ] as const) {
    const page = await ask(`/${key}`);
    assert.equal(page.status, status, key);
    assert.match(page.text, new RegExp(`<li>Code: ${code}</li>`));
    const object = await fetch(`${cloud.url}/${Bucket}/${key}`);
    assert.equal(object.status, status, `${key}, as an object`);
    assert.match(await object.text(), new RegExp(`<Code>${code}</Code>`));
  }
  await s3.restoreObject({ Bucket, Key: "cold", RestoreRequest: { Days: 1 } });
  assert.equal((await ask("/cold")).text, "secret");
});

test("what went wrong stands in the headers of whatever page is shown", async () => {
  const { put, ask } = await site();
  const said = ({ status, headers }: Awaited<ReturnType<typeof ask>>) => [
    status,
    headers["x-amz-error-code"],
    headers["x-amz-error-message"],
    headers["x-amz-error-detail-key"],
  ];
  const missing = (key: string) => [404, "NoSuchKey", "The specified key does not exist.", key];
  assert.deepEqual(said(await ask("/none")), missing("none"));
  await put("error.html", "sorry");
  const page = await ask("/none");
  assert.deepEqual([...said(page), page.text], [...missing("none"), "sorry"]);
  assert.deepEqual(said(await ask("/%C3%A9")), missing("%C3%A9"));
  const posted = await ask("/", { "content-length": "0" }, "POST");
  assert.deepEqual(said(posted).slice(0, 2), [405, "MethodNotAllowed"]);
  assert.match(posted.text, /^<html>/);
});
