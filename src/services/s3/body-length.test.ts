import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

/** What is answered to a head, whose body never comes: status, code and what it names. */
function answerTo(account: string, method: string, path: string, headers: Record<string, string>) {
  const { hostname, port, host } = new URL(cloud.url);
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20300101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
  const lines = Object.entries({ host, authorization, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`),
    );
    let text = "";
    socket.on("error", reject).on("data", (chunk) => {
      text += chunk;
      if (!text.includes("</Error>") && !/content-length: 0/i.test(text)) return;
      const of = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1];
      const said = [text.split(" ")[1], of("Code"), of("Header") ?? of("ProposedSize")];
      resolve(said.filter(Boolean).join(" "));
      socket.destroy();
    });
  });
}

test("how long a body is has to be said before it comes, and is within 5 GiB", async () => {
  const { s3, account, Bucket } = await bucket();
  const { UploadId = "" } = await s3.createMultipartUpload({ Bucket, Key: "k" });
  const expect = { expect: "100-continue" };
  const streamed = {
    "transfer-encoding": "chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  };
  for (const path of [`/${Bucket}/k`, `/${Bucket}/k?partNumber=1&uploadId=${encodeURIComponent(UploadId)}`])
    for (const [headers, answer] of [
      [{}, "411 MissingContentLength"],
      [{ "transfer-encoding": "chunked" }, "501 NotImplemented Transfer-Encoding"],
      [streamed, "411 MissingContentLength"],
      [{ ...expect, "content-length": "5368709121" }, "400 EntityTooLarge 5368709121"],
      [{ ...streamed, "x-amz-decoded-content-length": "5368709121" }, "400 EntityTooLarge 5368709121"],
      [{ "content-length": "0" }, "200"],
    ] as const)
      assert.equal(
        await answerTo(account, "PUT", path, headers),
        answer,
        `${path} ${JSON.stringify(headers)}`,
      );
});

test("a key has 1,024 bytes at most, whatever is done with it", async () => {
  const { s3, Bucket } = await bucket();
  const Key = "é".repeat(513);
  const tooLong = { name: "KeyTooLongError", message: "Your key is too long" };
  await assert.rejects(s3.getObject({ Bucket, Key }), tooLong);
  await assert.rejects(s3.deleteObject({ Bucket, Key }), tooLong);
  await assert.rejects(s3.getObjectTagging({ Bucket, Key }), tooLong);
});

test("what lies under a lock is put with a checksum", async () => {
  const { s3, account, Bucket } = await bucket({ ObjectLockEnabledForBucket: true });
  const put = (headers: Record<string, string>) =>
    answerTo(account, "PUT", `/${Bucket}/k`, { "content-length": "0", ...headers });
  assert.equal(await put({ "x-amz-object-lock-legal-hold": "ON" }), "400 InvalidRequest");
  assert.equal(
    await put({ "x-amz-object-lock-legal-hold": "ON", "x-amz-checksum-crc32": "AAAAAA==" }),
    "200",
  );
  assert.equal(await put({}), "200");
  const Rule = { DefaultRetention: { Mode: "GOVERNANCE" as const, Days: 1 } };
  await s3.putObjectLockConfiguration({
    Bucket,
    ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule },
  });
  assert.equal(await put({}), "400 InvalidRequest");
  assert.equal(await put({ "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" }), "200");
});

test("a checksum is of a kind that there is", async () => {
  const { account, Bucket } = await bucket();
  const headers = { "content-length": "0", "x-amz-checksum-crc16": "AAA=" };
  assert.equal(await answerTo(account, "PUT", `/${Bucket}/k`, headers), "400 InvalidRequest");
});
