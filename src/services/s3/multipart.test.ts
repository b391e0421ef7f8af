import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { bucket } = await s3Cloud();
const MEGABYTES_5 = 5 * 1024 * 1024;

async function uploading(input: object = {}) {
  const given = await bucket();
  const { s3, Bucket } = given;
  const Key = "parts";
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key, ...input });
  const upload = { Bucket, Key, UploadId };
  const part = async (PartNumber: number, Body: Uint8Array | string, more: object = {}) => {
    const { ETag, ...output } = await s3.uploadPart({ ...upload, PartNumber, Body, ...more });
    return { PartNumber, ETag, output };
  };
  const complete = (Parts: { PartNumber: number; ETag?: string | undefined }[], more: object = {}) =>
    s3.completeMultipartUpload({
      ...upload,
      MultipartUpload: {
        Parts: Parts.map(({ PartNumber, ETag, ...rest }) => ({
          PartNumber,
          ETag,
          ...("output" in rest ? {} : rest),
        })),
      },
      ...more,
    });
  return { ...given, Key, UploadId, upload, part, complete };
}

test("parts make an object, in the order of their numbers, whenever they came", async () => {
  const { part, complete, get, s3, Bucket, Key } = await uploading();
  const third = await part(7, "end");
  const first = await part(2, Buffer.alloc(MEGABYTES_5, "a"));
  const done = await complete([first, third]);
  assert.match(done.ETag!, /^"[0-9a-f]{32}-2"$/);
  assert.equal(done.ChecksumType, "FULL_OBJECT");
  assert.ok(done.ChecksumCRC64NVME);
  const head = await s3.headObject({ Bucket, Key });
  assert.equal(head.ContentLength, MEGABYTES_5 + 3);
  assert.equal((await get(Key, { Range: `bytes=${MEGABYTES_5 - 1}-` })).text, "aend");
  const second = await get(Key, { PartNumber: 2 });
  assert.deepEqual([second.text, second.PartsCount], ["end", 2]);
  await assert.rejects(get(Key, { PartNumber: 3 }), { name: "InvalidPartNumber", ActualPartCount: "2" });
  assert.equal((await complete([first, third])).ETag, done.ETag, "to complete again is no error");
});

test("the checksum of the whole is that of its bytes, or of its parts' checksums", async () => {
  const whole = Buffer.concat([Buffer.alloc(MEGABYTES_5, "x"), Buffer.from("tail")]);
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME"] as const) {
    const { part, complete, put } = await uploading({ ChecksumAlgorithm, ChecksumType: "FULL_OBJECT" });
    const parts = [
      await part(1, whole.subarray(0, MEGABYTES_5), { ChecksumAlgorithm }),
      await part(2, whole.subarray(MEGABYTES_5), { ChecksumAlgorithm }),
    ];
    const done = await complete(parts);
    const name = `Checksum${ChecksumAlgorithm}` as const;
    const single = await put("single", whole, { ChecksumAlgorithm });
    assert.equal(done[name], single[name], ChecksumAlgorithm);
  }
  const { part, complete } = await uploading({ ChecksumAlgorithm: "SHA256" });
  const one = await part(1, "abc", { ChecksumAlgorithm: "SHA256" });
  await assert.rejects(complete([one]), {
    name: "InvalidRequest",
    message:
      "The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
  });
  const done = await complete([
    { PartNumber: 1, ETag: one.ETag, ChecksumSHA256: one.output.ChecksumSHA256 } as never,
  ]);
  assert.match(done.ChecksumSHA256!, /=-1$/);
  assert.equal(done.ChecksumType, "COMPOSITE");
});

test("what is wrong with a completion is said as AWS says it", async () => {
  const { part, complete } = await uploading();
  await assert.rejects(complete([]), {
    name: "InvalidRequest",
    message: "You must specify at least one part",
  });
  const one = await part(1, "small");
  const two = await part(2, "small");
  await assert.rejects(complete([one, two]), {
    name: "EntityTooSmall",
    message: "Your proposed upload is smaller than the minimum allowed size",
    PartNumber: "1",
    ProposedSize: "5",
  });
  await assert.rejects(complete([two, one]), { name: "InvalidPartOrder" });
  await assert.rejects(complete([{ PartNumber: 3, ETag: one.ETag }]), {
    name: "InvalidPart",
    PartNumber: "3",
  });
  await assert.rejects(complete([{ PartNumber: 1, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' }]), {
    name: "InvalidPart",
  });
  await assert.rejects(complete([one], { MpuObjectSize: 6 }), {
    name: "InvalidRequest",
    message: "The provided 'x-amz-mp-object-size' header value 6 does not match what was computed: 5",
  });
  await complete([one]);
});

test("an aborted upload is gone, with its parts", async () => {
  const { part, complete, upload, s3, Bucket } = await uploading();
  const one = await part(1, "x");
  assert.equal((await s3.listParts(upload)).Parts!.length, 1);
  assert.equal((await s3.listMultipartUploads({ Bucket })).Uploads!.length, 1);
  await s3.abortMultipartUpload(upload);
  const gone = { name: "NoSuchUpload", UploadId: upload.UploadId };
  await assert.rejects(complete([one]), gone);
  await assert.rejects(part(1, "x"), gone);
  await assert.rejects(s3.abortMultipartUpload(upload), gone);
  assert.equal((await s3.listMultipartUploads({ Bucket })).Uploads, undefined);
});

test("parts are copied from objects, whole or a range of them", async () => {
  const { upload, s3, complete, put, get, Bucket, Key } = await uploading();
  await put("source", "0123456789");
  const { CopyPartResult } = await s3.uploadPartCopy({
    ...upload,
    PartNumber: 1,
    CopySource: `${Bucket}/source`,
    CopySourceRange: "bytes=2-5",
  });
  await complete([{ PartNumber: 1, ETag: CopyPartResult!.ETag }]);
  assert.equal((await get(Key)).text, "2345");
  await assert.rejects(s3.uploadPartCopy({ ...upload, PartNumber: 1, CopySource: `${Bucket}/source` }), {
    name: "NoSuchUpload",
  });
});

test("completing under conditions", async () => {
  const { part, complete, put, Key } = await uploading();
  const one = await part(1, "x");
  await put(Key, "faster");
  await assert.rejects(complete([one], { IfNoneMatch: "*" }), {
    name: "PreconditionFailed",
    Condition: "If-None-Match",
  });
});

test("an upload's checksum is named in whatever case, and is of a kind that there is", async () => {
  const { s3, Bucket } = await bucket();
  const begin = (ChecksumType: string, ChecksumAlgorithm?: string) =>
    s3.createMultipartUpload({
      Bucket,
      Key: "k",
      ChecksumType: ChecksumType as "COMPOSITE",
      ...(ChecksumAlgorithm !== undefined && { ChecksumAlgorithm: ChecksumAlgorithm as "CRC32" }),
    });
  const begun = await begin("full_object", "crc64nvme");
  assert.deepEqual([begun.ChecksumType, begun.ChecksumAlgorithm], ["FULL_OBJECT", "CRC64NVME"]);
  for (const [type, algorithm, message] of [
    ["FULL_OBJECTS", undefined, /^Value for x-amz-checksum-type header is invalid/],
    ["FULL_OBJECTS", "CRC32", /^Value for x-amz-checksum-type header is invalid/],
    ["COMPOSITE", "crc64nvm", /^Checksum algorithm provided is unsupported\. /],
    ["COMPOSITE", "crc64nvme", /^The COMPOSITE checksum type cannot be used with the crc64nvme checksum/],
    ["FULL_OBJECT", "sha1", /^The FULL_OBJECT checksum type cannot be used with the sha1 checksum/],
    ["FULL_OBJECT", "XXHASH3", /^The FULL_OBJECT checksum type cannot be used with the xxhash3 checksum/],
  ] as const)
    await assert.rejects(begin(type, algorithm), { name: "InvalidRequest", message }, `${type} ${algorithm}`);
});
