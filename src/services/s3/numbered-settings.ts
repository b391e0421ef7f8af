import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import {
  idMismatch,
  invalidDestinationBucket,
  malformedContinuationToken,
  malformedXml,
  noSuchConfiguration,
} from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

/** Documents of which a bucket can have many, each by an id. */
interface NumberedSetting {
  /** `Inventory`: PutBucketInventoryConfiguration, ListBucketInventoryConfigurations … */
  readonly name: string;
  /** @throws AwsError for a document that AWS refuses */
  check?(document: never): void;
}

const SETTINGS: readonly NumberedSetting[] = [
  { name: "Inventory", check: checkInventory },
  { name: "Metrics" },
  { name: "Analytics" },
  { name: "IntelligentTiering", check: checkTiering },
];

const A_PAGE = 100;

type Input = Readonly<Record<string, unknown>> & { readonly Bucket: string; readonly Id: string };
type Documents = Readonly<Record<string, unknown>>;

export function numberedSettings(open: OpenBuckets): Handlers<S3.Operations> {
  const handlers: Record<string, (input: Input, ctx: Context) => unknown> = {};
  for (const setting of SETTINGS) {
    const { name } = setting;
    const member = `${name}Configuration`;
    const documentsOf = (bucket: OpenBucket) => (bucket.record.settings[name] ?? {}) as Documents;
    handlers[`PutBucket${member}`] = (input, ctx) => {
      const bucket = open.of(input, ctx);
      const document = input[member] as { Id?: string } | undefined;
      if (!document?.Id) throw malformedXml();
      if (document.Id !== input.Id) throw idMismatch();
      setting.check?.(document as never);
      bucket.set(name, { ...documentsOf(bucket), [input.Id]: document });
    };
    handlers[`GetBucket${member}`] = (input, ctx) => {
      const documents = documentsOf(open.of(input, ctx));
      if (!Object.hasOwn(documents, input.Id)) throw noSuchConfiguration();
      return { [member]: documents[input.Id] };
    };
    handlers[`DeleteBucket${member}`] = (input, ctx) => {
      const bucket = open.of(input, ctx);
      const documents = documentsOf(bucket);
      if (!Object.hasOwn(documents, input.Id)) throw noSuchConfiguration();
      const { [input.Id]: _, ...others } = documents;
      bucket.set(name, others);
    };
    handlers[`ListBucket${member}s`] = (input, ctx) => {
      const token = input["ContinuationToken"] as string | undefined;
      const { items, nextToken } = page(Object.entries(documentsOf(open.of(input, ctx))), ([id]) => [id], {
        size: A_PAGE,
        token,
        query: name,
        refuse: malformedContinuationToken,
      });
      return {
        IsTruncated: nextToken !== undefined,
        ...(token !== undefined && { ContinuationToken: token }),
        ...(nextToken !== undefined && { NextContinuationToken: nextToken }),
        ...(items.length > 0 && { [`${member}List`]: items.map(([, document]) => document) }),
      };
    };
  }
  return handlers as Handlers<S3.Operations>;
}

const FIELDS = new Set(
  `Size LastModifiedDate StorageClass ETag IsMultipartUploaded ReplicationStatus EncryptionStatus ObjectLockRetainUntilDate
   ObjectLockMode ObjectLockLegalHoldStatus IntelligentTieringAccessTier BucketKeyStatus ChecksumAlgorithm
   ObjectAccessControlList ObjectOwner LifecycleExpirationDate`.split(/\s+/),
);

interface InventoryDocument {
  readonly Destination?: {
    readonly S3BucketDestination?: { readonly Bucket?: string; readonly Format?: string };
  };
  readonly IncludedObjectVersions?: string;
  readonly OptionalFields?: readonly string[];
  readonly Schedule?: { readonly Frequency?: string };
  readonly IsEnabled?: boolean;
}

function checkInventory(document: InventoryDocument): void {
  const { Bucket: bucket, Format: format } = document.Destination?.S3BucketDestination ?? {};
  const isFine =
    bucket !== undefined &&
    ["CSV", "ORC", "Parquet"].includes(format ?? "") &&
    ["All", "Current"].includes(document.IncludedObjectVersions ?? "") &&
    ["Daily", "Weekly"].includes(document.Schedule?.Frequency ?? "") &&
    document.IsEnabled !== undefined &&
    (document.OptionalFields ?? []).every((field) => FIELDS.has(field));
  if (!isFine) throw malformedXml();
  if (!/^arn:aws[\w-]*:s3:::[\w.-]+$/.test(bucket)) throw invalidDestinationBucket();
}

function checkTiering(document: { readonly Status?: string; readonly Tierings?: readonly unknown[] }): void {
  if (!document.Status || !document.Tierings?.length) throw malformedXml();
}
