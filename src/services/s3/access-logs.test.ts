import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../test/until.ts";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket, client } = await s3Cloud();

type Bed = Awaited<ReturnType<typeof bucket>>;

/** Turns on the log of a bucket, into another of its account. */
async function logged(bed: Bed, more: object = {}): Promise<string> {
  const TargetBucket = `${bed.Bucket}-logs`;
  await bed.s3.createBucket({ Bucket: TargetBucket });
  const LoggingEnabled = { TargetBucket, TargetPrefix: "log/", ...more };
  await bed.s3.putBucketLogging({ Bucket: bed.Bucket, BucketLoggingStatus: { LoggingEnabled } });
  return TargetBucket;
}

/** What has been delivered by the time that it is due: the objects' keys, and each line as its fields. */
async function delivered({ s3, Bucket: source }: Bed, Bucket: string, last: { status: number }) {
  // A call is told of when it has ended, which may be after its client has its answer.
  await until(() =>
    cloud.calls.all().some(({ input, status }) => input["Bucket"] === source && status === last.status),
  );
  await cloud.clock.advance("PT5M");
  const keys: string[] = [];
  await until(async () => {
    const { Contents = [] } = await s3.listObjectsV2({ Bucket });
    keys.push(...Contents.map(({ Key = "" }) => Key));
    return keys.length > 0;
  });
  const lines: string[][] = [];
  for (const Key of new Set(keys)) {
    const text = await (await s3.getObject({ Bucket, Key })).Body!.transformToString();
    for (const line of text.trimEnd().split("\n")) lines.push(line.match(/\[[^\]]*\]|"[^"]*"|\S+/g) ?? []);
  }
  return { keys, lines };
}

/** Places of the fields: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html */
const [OPERATION, KEY, URI, STATUS, CODE, SENT, SIZE] = [6, 7, 8, 9, 10, 11, 12] as const;

test("what is asked of a bucket is written into another, a line a request", async () => {
  const bed = await bucket();
  const target = await logged(bed);
  await bed.put("a b/ü.txt", "hello");
  await bed.get("a b/ü.txt", { Range: "bytes=1-3" });
  await assert.rejects(bed.get("none"), { name: "NoSuchKey" });
  await bed.s3.listObjectsV2({ Bucket: bed.Bucket });
  await bed.s3.copyObject({ Bucket: bed.Bucket, Key: "c", CopySource: `${bed.Bucket}/a%20b/%C3%BC.txt` });
  await bed.s3.getBucketVersioning({ Bucket: bed.Bucket });
  await bed.s3.deleteObjects({ Bucket: bed.Bucket, Delete: { Objects: [{ Key: "c" }, { Key: "d" }] } });
  await fetch(`${cloud.url}/${bed.Bucket}/a`).then((response) => response.arrayBuffer());

  const { keys, lines } = await delivered(bed, target, { status: 403 });
  assert.match(keys[0]!, /^log\/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$/);
  const key = "a%20b/%C3%BC.txt";
  assert.deepEqual(
    lines.map((line) => [OPERATION, KEY, STATUS, CODE, SENT, SIZE].map((at) => line[at])),
    [
      ["REST.PUT.OBJECT", key, "200", "-", "-", "5"],
      ["REST.GET.OBJECT", key, "206", "-", "3", "5"],
      ["REST.GET.OBJECT", "none", "404", "NoSuchKey", "-", "-"],
      ["REST.GET.BUCKET", "-", "200", "-", "-", "-"],
      ["REST.COPY.OBJECT", "c", "200", "-", "-", "-"],
      ["REST.GET.VERSIONING", "-", "200", "-", "-", "-"],
      ["REST.POST.MULTI_OBJECT_DELETE", "-", "200", "-", "-", "-"],
      ["BATCH.DELETE.OBJECT", "c", "204", "-", "-", "-"],
      ["BATCH.DELETE.OBJECT", "d", "204", "-", "-", "-"],
      ["REST.GET.OBJECT", "a", "403", "AccessDenied", "-", "-"],
    ],
  );
  const [owner, name, time, remote, requester] = lines[0]!;
  assert.deepEqual([name, remote, requester], [bed.Bucket, "127.0.0.1", owner]);
  assert.match(time!, /^\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\]$/);
  assert.match(
    lines[0]![URI]!,
    new RegExp(`^"PUT /${bed.Bucket}/a%20b/%C3%BC.txt\\?x-id=PutObject HTTP/1.1"$`),
  );
  assert.deepEqual(lines[0]!.slice(19, 22), ["SigV4", "-", "AuthHeader"]);
  assert.equal(lines.at(-1)![4], "-", "nobody has signed the last one");
  for (const line of lines) assert.equal(line.length, 27, line.join(" "));
});

test("a log of a log is not, keys can have a partition, and what fails by a rule or a policy is told of, too", async () => {
  const bed = await bucket();
  const PartitionedPrefix = { PartitionDateSource: "DeliveryTime" } as const;
  const format = { TargetObjectKeyFormat: { PartitionedPrefix } };
  const LoggingEnabled = { TargetBucket: bed.Bucket, TargetPrefix: "log/", ...format };
  await bed.s3.putBucketLogging({ Bucket: bed.Bucket, BucketLoggingStatus: { LoggingEnabled } });
  const { id } = await cloud.faults.add({
    effect: "error",
    params: { code: "SlowDown", status: 503 },
    match: { service: "s3", operation: "HeadObject", resource: `arn:aws:s3:::${bed.Bucket}/*` },
  });
  const once = client(bed.account, { maxAttempts: 1 });
  await assert.rejects(once.headObject({ Bucket: bed.Bucket, Key: "k" }));
  cloud.faults.remove(id);
  const { keys, lines } = await delivered(bed, bed.Bucket, { status: 503 });
  assert.match(
    keys[0]!,
    new RegExp(
      `^log/${bed.account}/us-east-1/${bed.Bucket}/\\d{4}/\\d\\d/\\d\\d/\\d{4}(?:-\\d\\d){5}-[0-9A-F]{16}$`,
    ),
  );
  // Whether the request that turned it on is told of is a matter of other buckets.
  const others = lines.filter((line) => line[OPERATION] !== "REST.PUT.LOGGING_STATUS");
  assert.deepEqual(
    others.map((line) => [line[OPERATION], line[STATUS]]),
    [["REST.HEAD.OBJECT", "503"]],
  );
});

test("a log goes into a bucket of the same account and region", async () => {
  const bed = await bucket();
  const put = (TargetBucket: string) =>
    bed.s3.putBucketLogging({
      Bucket: bed.Bucket,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket, TargetPrefix: "" } },
    });
  const none = {
    name: "InvalidTargetBucketForLogging",
    message: "The target bucket for logging does not exist",
  };
  await assert.rejects(put("there-is-none"), none);
  await assert.rejects(put((await bucket()).Bucket), none);
  const elsewhere = client(bed.account, { region: "eu-west-1" });
  const Bucket = `${bed.Bucket}-eu`;
  await elsewhere.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } });
  await assert.rejects(put(Bucket), {
    name: "CrossLocationLoggingProhibitted",
    message: "Cross S3 location logging not allowed. ",
  });
});
