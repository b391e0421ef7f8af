import type { Context, Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { DEFAULT_ENCRYPTION } from "./encryption.ts";
import { malformedXml, notConfigured } from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { replication } from "./replication-checks.ts";
import * as checks from "./setting-checks.ts";

/** A document that is put on a bucket, given back, and deleted, as it is. */
interface Setting {
  /** `BucketCors`: operations are PutBucketCors, GetBucketCors, DeleteBucketCors. */
  readonly operation: string;
  /** The member of the Put that holds it. */
  readonly member: string;
  /** The member of the Get's answer that holds it; without one its members are the answer. */
  readonly answer?: string;
  readonly isDeletable?: boolean;
  /** What a Get answers that finds none: an error's code and message, or a document. */
  readonly absent: readonly [code: string, message: string] | Readonly<Record<string, unknown>>;
  /** @throws AwsError for a document that AWS refuses */
  check?(document: never, bucket: OpenBucket, open: OpenBuckets): void;
}

/** By the name under which they are kept. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  cors: {
    operation: "BucketCors",
    member: "CORSConfiguration",
    isDeletable: true,
    absent: ["NoSuchCORSConfiguration", "The CORS configuration does not exist"],
    check: checks.cors,
  },
  website: {
    operation: "BucketWebsite",
    member: "WebsiteConfiguration",
    isDeletable: true,
    absent: ["NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"],
    check: checks.website,
  },
  replication: {
    operation: "BucketReplication",
    member: "ReplicationConfiguration",
    answer: "ReplicationConfiguration",
    isDeletable: true,
    absent: ["ReplicationConfigurationNotFoundError", "The replication configuration was not found"],
    check: replication,
  },
  encryption: {
    operation: "BucketEncryption",
    member: "ServerSideEncryptionConfiguration",
    answer: "ServerSideEncryptionConfiguration",
    isDeletable: true,
    absent: DEFAULT_ENCRYPTION,
    check: checks.encryption,
  },
  ownership: {
    operation: "BucketOwnershipControls",
    member: "OwnershipControls",
    answer: "OwnershipControls",
    isDeletable: true,
    absent: ["OwnershipControlsNotFoundError", "The bucket ownership controls were not found"],
    check: checks.ownership,
  },
  publicAccessBlock: {
    operation: "PublicAccessBlock",
    member: "PublicAccessBlockConfiguration",
    answer: "PublicAccessBlockConfiguration",
    isDeletable: true,
    absent: ["NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"],
    check: checks.publicAccessBlock,
  },
  logging: {
    operation: "BucketLogging",
    member: "BucketLoggingStatus",
    absent: {},
    check: checks.logging,
  },
  requestPayment: {
    operation: "BucketRequestPayment",
    member: "RequestPaymentConfiguration",
    absent: { Payer: "BucketOwner" },
    check: checks.requestPayment,
  },
  accelerate: {
    operation: "BucketAccelerateConfiguration",
    member: "AccelerateConfiguration",
    absent: {},
    check: checks.accelerate,
  },
  abac: {
    operation: "BucketAbac",
    member: "AbacStatus",
    answer: "AbacStatus",
    absent: { Status: "Disabled" },
  },
};

type BucketInput = Readonly<Record<string, unknown>> & { readonly Bucket: string };

/** Put, Get and Delete of every document in the table. */
export function settings(open: OpenBuckets): Handlers<S3.Operations> {
  const handlers: Record<string, (input: BucketInput, ctx: Context) => unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const { operation, member } = setting;
    handlers[`Put${operation}`] = (input, ctx) => {
      const bucket = open.of(input, ctx);
      const document = input[member];
      if (document === undefined) throw malformedXml();
      setting.check?.(document as never, bucket, open);
      const complete = name === "publicAccessBlock" ? checks.completeAccessBlock(document) : document;
      bucket.set(name, complete);
      if (name === "logging") open.accessLogs.listen();
    };
    handlers[`Get${operation}`] = (input, ctx) => {
      const bucket = open.of(input, ctx);
      const document = bucket.record.settings[name] ?? absent(setting, bucket);
      return setting.answer === undefined ? document : { [setting.answer]: document };
    };
    if (setting.isDeletable) {
      handlers[`Delete${operation}`] = (input, ctx) => {
        open.of(input, ctx).set(name, undefined);
      };
    }
  }
  return handlers as Handlers<S3.Operations>;
}

function absent({ absent: document }: Setting, bucket: OpenBucket): unknown {
  if (!Array.isArray(document)) return document;
  const [code, message] = document as unknown as [string, string];
  throw notConfigured(code, message, bucket.name);
}
