import assert from "node:assert/strict";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  type ObjectVersion,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type QueueConfiguration,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { arn, type Bed } from "../bed.ts";
import { blobsOf, eventually } from "../eventually.ts";
import type { Lane } from "../lane.ts";
import { drained } from "../queue.ts";

export default ({ options, dataDir }: Bed): Lane[] => {
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  return [objects(s3), versions(s3, new SQSClient(options), dataDir)];
};

/** Objects are written over and copied; each has a body, and it is the last that was acknowledged or the one behind it. */
function objects(s3: S3Client): Lane {
  const Bucket = "crash-bucket";
  const acknowledged = new Map<string, number>();
  const bodyOf = (n: number) => `${n} `.repeat(n % 4 === 0 ? 30_000 : 10);
  return {
    name: "s3",
    setup: async () => void (await s3.send(new CreateBucketCommand({ Bucket }))),
    write: async (n) => {
      const Key = `key-${n % 7}`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(n) }));
      acknowledged.set(Key, n);
      if (n % 5 === 0) {
        await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `/${Bucket}/${Key}` }));
        acknowledged.set("copy", n);
      }
    },
    verify: async () => {
      for (const [Key, n] of acknowledged) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        const text = await Body!.transformToString();
        const found = Number.parseInt(text, 10);
        assert.equal(text, bodyOf(found), `s3: ${Key} has half a body`);
        assert.ok(found >= n, `s3: ${Key} is from ${found}, ${n} was acknowledged`);
        acknowledged.set(Key, found);
      }
    },
  };
}

const VERSIONED = "crash-versions";
const EVENTS = "crash-bucket-events";
const PART = "part ".repeat(1_048_576);

/**
 * Versions come and go, in one part or in several, in a bucket that tells a queue of them. What is listed has its body, what was
 * deleted stays away, and there are no bodies but those.
 */
function versions(s3: S3Client, sqs: SQSClient, dataDir: string): Lane {
  const written = new Set<string>();
  const deleted = new Set<string>();
  const untold = new Set<string>();
  const multipart = async (Key: string) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: VERSIONED, Key }));
    const Parts: CompletedPart[] = [];
    for (const [i, Body] of [PART, Key].entries()) {
      const part = { Bucket: VERSIONED, Key, UploadId, PartNumber: i + 1 };
      const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body }));
      Parts.push({ ETag, PartNumber: i + 1 });
    }
    const whole = { Bucket: VERSIONED, Key, UploadId, MultipartUpload: { Parts } };
    return await s3.send(new CompleteMultipartUploadCommand(whole));
  };
  return {
    name: "s3 versions",
    setup: async () => {
      await sqs.send(new CreateQueueCommand({ QueueName: EVENTS }));
      await s3.send(new CreateBucketCommand({ Bucket: VERSIONED }));
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket: VERSIONED, VersioningConfiguration }));
      const QueueConfigurations: QueueConfiguration[] = [
        { QueueArn: arn("sqs", EVENTS), Events: ["s3:ObjectCreated:*"] },
      ];
      await s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: VERSIONED,
          NotificationConfiguration: { QueueConfigurations },
        }),
      );
    },
    write: async (n) => {
      const Key = `v-${n}`;
      const { VersionId } =
        n % 6 === 5
          ? await multipart(Key)
          : await s3.send(new PutObjectCommand({ Bucket: VERSIONED, Key, Body: Key }));
      untold.add(Key);
      written.add(Key);
      if (n % 2 > 0) return;
      // From here on nobody knows, until the answer has come.
      written.delete(Key);
      await s3.send(new DeleteObjectCommand({ Bucket: VERSIONED, Key, VersionId }));
      deleted.add(Key);
    },
    verify: async () => {
      const listed = new Map<string, string>();
      for (const { Key, VersionId, Size } of await versionsIn(s3, VERSIONED)) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: VERSIONED, Key, VersionId }));
        const text = await Body!.transformToString();
        assert.ok(text === Key || text === PART + Key, `s3: ${Key} has half a body`);
        assert.equal(text.length, Size);
        listed.set(Key!, VersionId!);
      }
      for (const Key of written) assert.ok(listed.has(Key), `s3: ${Key} is lost`);
      for (const Key of deleted) assert.ok(!listed.has(Key), `s3: ${Key} is back`);
      await onlyBodiesThat(s3, dataDir);
      await told(sqs, untold);
      for (const [Key, VersionId] of [...listed].slice(0, -MOST_KEPT)) {
        await s3.send(new DeleteObjectCommand({ Bucket: VERSIONED, Key, VersionId }));
        written.delete(Key);
      }
      deleted.clear();
    },
  };
}

/** Each is read in every round. */
const MOST_KEPT = 20;

async function versionsIn(s3: S3Client, Bucket: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
    found.push(...(page.Versions ?? []));
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
  } while (KeyMarker);
  return found;
}

/** As many files as versions and parts say: what a killed process has left is swept. */
async function onlyBodiesThat(s3: S3Client, dataDir: string): Promise<void> {
  await eventually("s3: bodies without an object", async () => {
    let wanted = 0;
    for (const Bucket of ["crash-bucket", VERSIONED]) {
      for (const { ETag } of await versionsIn(s3, Bucket)) wanted += Number(/-(\d+)"$/.exec(ETag!)?.[1] ?? 1);
    }
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: VERSIONED }));
    for (const { Key, UploadId } of Uploads) {
      const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket: VERSIONED, Key, UploadId }));
      wanted += Parts.length;
    }
    return { wanted, found: blobsOf(dataDir, "s3").length };
  });
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: VERSIONED }));
  for (const { Key, UploadId } of Uploads)
    await s3.send(new AbortMultipartUploadCommand({ Bucket: VERSIONED, Key, UploadId }));
}

async function told(sqs: SQSClient, untold: Set<string>): Promise<void> {
  await eventually("s3: events that were never sent", async () => {
    for (const body of await drained(sqs, EVENTS)) {
      const { Records = [] } = JSON.parse(body) as { Records?: { s3: { object: { key: string } } }[] };
      for (const { s3: about } of Records) untold.delete(about.object.key);
    }
    return { wanted: 0, found: untold.size };
  });
}
