import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import {
  malformedXml,
  metadataConfigurationExists,
  metadataConfigurationNotFound,
  noFirstMetadataTables,
} from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

/*
 * Which tables are kept of what happens to a bucket's objects. The document is kept and given back; S3 Tables are not served,
 * and so nothing is written to them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/metadata-tables-overview.html
 */

const SETTING = "metadata";
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_RecordExpiration.html */
const FEWEST_DAYS = 7;
const MOST_DAYS = 2_147_483_647;
const STATES: ReadonlySet<string | undefined> = new Set(["ENABLED", "DISABLED"]);

interface Table {
  /** What ends its ARN; absent while there is no table. */
  readonly id?: string;
  readonly state: "ENABLED" | "DISABLED";
  readonly role?: string;
}

/** As it is kept. */
interface Metadata {
  readonly journal: Required<Pick<Table, "id">> & { readonly expiration: S3.RecordExpiration };
  readonly inventory?: Table;
  readonly annotation?: Table;
}

interface TableDocument {
  readonly ConfigurationState?: string;
  readonly Role?: string;
}

export const metadataConfigurations = (open: OpenBuckets): Handlers<S3.Operations> => ({
  CreateBucketMetadataConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const document = input.MetadataConfiguration as S3.MetadataConfiguration | undefined;
    const { InventoryTableConfiguration: inventory, AnnotationTableConfiguration: annotation } =
      document ?? {};
    const expiration = expirationOf(document?.JournalTableConfiguration);
    if (kept(bucket)) throw metadataConfigurationExists(bucket.name);
    const metadata: Metadata = {
      journal: { id: ctx.random.uuid(), expiration },
      ...(inventory && { inventory: tableOf(inventory, undefined, ctx) }),
      ...(annotation && { annotation: tableOf(annotation, undefined, ctx) }),
    };
    bucket.set(SETTING, metadata);
  },

  GetBucketMetadataConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const { journal, inventory, annotation } = there(bucket);
    const tables = makeArn("s3tables", bucket.record.region, bucket.record.account, "bucket/aws-s3");
    const table = (name: string, id: string) => ({
      TableStatus: "ACTIVE",
      TableName: name,
      TableArn: `${tables}/table/${id}`,
    });
    const described = (name: string, { id, state, role }: Table) => ({
      ConfigurationState: state,
      ...(id !== undefined && table(name, id)),
      ...(role !== undefined && { Role: role }),
    });
    return {
      GetBucketMetadataConfigurationResult: {
        MetadataConfigurationResult: {
          DestinationResult: {
            TableBucketType: "aws",
            TableBucketArn: tables,
            TableNamespace: `b_${bucket.name}`,
          },
          JournalTableConfigurationResult: {
            ...table("journal", journal.id),
            RecordExpiration: journal.expiration,
          },
          ...(inventory && { InventoryTableConfigurationResult: described("inventory", inventory) }),
          ...(annotation && { AnnotationTableConfigurationResult: described("annotation", annotation) }),
        },
      },
    };
  },

  DeleteBucketMetadataConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    there(bucket);
    bucket.set(SETTING, undefined);
  },

  UpdateBucketMetadataJournalTableConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const expiration = expirationOf(input.JournalTableConfiguration);
    const metadata = there(bucket);
    bucket.set(SETTING, { ...metadata, journal: { ...metadata.journal, expiration } });
  },

  UpdateBucketMetadataInventoryTableConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const metadata = there(bucket);
    const inventory = tableOf(input.InventoryTableConfiguration, metadata.inventory, ctx);
    bucket.set(SETTING, { ...metadata, inventory });
  },

  UpdateBucketMetadataAnnotationTableConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const metadata = there(bucket);
    const annotation = tableOf(input.AnnotationTableConfiguration, metadata.annotation, ctx);
    bucket.set(SETTING, { ...metadata, annotation });
  },

  CreateBucketMetadataTableConfiguration: (input, ctx) =>
    refuseFirst("POST", "CreateBucketMetadata", open, input, ctx),
  GetBucketMetadataTableConfiguration: (input, ctx) =>
    refuseFirst("GET", "GetBucketMetadata", open, input, ctx),
  DeleteBucketMetadataTableConfiguration: (input, ctx) =>
    refuseFirst("DELETE", "DeleteBucketMetadata", open, input, ctx),
});

const kept = ({ record }: OpenBucket) => record.settings[SETTING] as Metadata | undefined;

/** @throws AwsError `MetadataConfigurationNotFound` */
function there(bucket: OpenBucket): Metadata {
  const metadata = kept(bucket);
  if (!metadata) throw metadataConfigurationNotFound(bucket.name);
  return metadata;
}

/** @throws AwsError `MalformedXML` */
function expirationOf(
  journal: { readonly RecordExpiration?: S3.RecordExpiration } | undefined,
): S3.RecordExpiration {
  const { Expiration: state, Days: days } = journal?.RecordExpiration ?? {};
  if (!journal?.RecordExpiration || !STATES.has(state)) throw malformedXml();
  if ((state === "ENABLED") !== (days !== undefined)) throw malformedXml();
  if (days !== undefined && !(days >= FEWEST_DAYS && days <= MOST_DAYS)) throw malformedXml();
  return journal.RecordExpiration;
}

/**
 * A table is made when it is enabled, and is another one when it is enabled again.
 * @throws AwsError `MalformedXML`
 */
function tableOf(document: TableDocument | undefined, before: Table | undefined, ctx: Context): Table {
  const { ConfigurationState: state, Role: role } = document ?? {};
  if (!STATES.has(state)) throw malformedXml();
  if (state === "DISABLED") return { state };
  return {
    state: "ENABLED",
    id: before?.id ?? ctx.random.uuid(),
    ...(role !== undefined && { role }),
  };
}

/** The operations that these took the place of: AWS has ended them for accounts that had none. */
function refuseFirst(
  method: string,
  name: string,
  open: OpenBuckets,
  input: { readonly Bucket: string },
  ctx: Context,
): never {
  open.of(input, ctx);
  throw noFirstMetadataTables(method, `${name}TableConfiguration`, `${name}Configuration`);
}
