import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

const SIZE = 100_000;

/** A request whose body its server has begun to wait for. */
async function begun(account: string, path: string) {
  const call = request(cloud.url + path, {
    method: "PUT",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20261128/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "content-length": SIZE,
      expect: "100-continue",
    },
  });
  call.flushHeaders();
  await once(call, "continue");
  return {
    async end(): Promise<string> {
      call.end(Buffer.alloc(SIZE));
      const [response] = (await once(call, "response")) as [IncomingMessage];
      let text = "";
      for await (const chunk of response) text += chunk;
      return `${response.statusCode} ${/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? ""}`;
    },
  };
}

test("what comes while its bucket is deleted comes to no bucket, nor to another of its name", async () => {
  for (const isMadeAgain of [false, true]) {
    for (const operation of ["PutObject", "UploadPart"]) {
      const { s3, account, Bucket } = await bucket();
      const upload = async () =>
        `?partNumber=1&uploadId=${(await s3.createMultipartUpload({ Bucket, Key: "k" })).UploadId}`;
      const query = operation === "UploadPart" ? await upload() : "";
      const coming = await begun(account, `/${Bucket}/k${query}`);
      await s3.deleteBucket({ Bucket });
      if (isMadeAgain) await s3.createBucket({ Bucket });
      assert.equal(await coming.end(), "404 NoSuchBucket", `${operation}, made again: ${isMadeAgain}`);
      if (!isMadeAgain) await s3.createBucket({ Bucket });
      assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 0);
    }
  }
});

test("what is read and copied while others overwrite it is whole, and one of what it was", async () => {
  const { s3, Bucket, get } = await bucket();
  const Key = "source";
  const bodyOf = (n: number) => String.fromCharCode(97 + n).repeat(300);
  const bodies = Array.from({ length: 20 }, (_, n) => bodyOf(n));
  await s3.putObject({ Bucket, Key, Body: bodyOf(0) });
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "parts" });
  const overwrite = async () => {
    for (const Body of bodies) await s3.putObject({ Bucket, Key, Body });
  };
  const read = {
    GetObject: async () => (await get(Key)).text,
    CopyObject: async (n: number) => {
      await s3.copyObject({ Bucket, Key: `copy-${n}`, CopySource: `${Bucket}/${Key}` });
      return (await get(`copy-${n}`)).text;
    },
    UploadPartCopy: async (n: number) => {
      const part = { Bucket, Key: "parts", UploadId, PartNumber: n + 1, CopySource: `${Bucket}/${Key}` };
      await s3.uploadPartCopy(part);
      return bodyOf(0);
    },
  };
  const readers = Object.entries(read).flatMap(([operation, ask]) =>
    [0, 1, 2].map(async (reader) => {
      for (let n = 0; n < 15; n++)
        assert.ok(bodies.includes(await ask(100 * reader + n)), `${operation} answers a whole body`);
    }),
  );
  await Promise.all([overwrite(), overwrite(), overwrite(), ...readers]);
});

test("an upload that is on its way keeps no bucket, and ends with it", async () => {
  const { s3, Bucket } = await bucket();
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "k" });
  await s3.uploadPart({ Bucket, Key: "k", UploadId, PartNumber: 1, Body: "part" });
  await s3.deleteBucket({ Bucket });
  await s3.createBucket({ Bucket });
  assert.equal((await s3.listMultipartUploads({ Bucket })).Uploads, undefined);
  await assert.rejects(s3.listParts({ Bucket, Key: "k", UploadId }), { name: "NoSuchUpload" });
});
