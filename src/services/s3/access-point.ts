import type { Place } from "../../aws/arn-template.ts";
import { partitionOf } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type { AccessBlock } from "./account-settings.ts";

/** An access point as it is kept, by region and name, in its owner's store. */
export interface AccessPointRecord {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly alias: string;
  /** The bucket's name. */
  readonly bucket: string;
  readonly bucketAccount: string;
  readonly createdAtMs: number;
  /** Absent: it is for the internet. */
  readonly vpcId?: string;
  readonly block: AccessBlock;
  readonly policy?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export const accessPointRecords = defineCollection<AccessPointRecord>({ name: "access-points" });

export const accessPointArn = ({
  name,
  region,
  account,
}: Pick<AccessPointRecord, "name" | "region" | "account">) =>
  `arn:${partitionOf(region)}:s3:${region}:${account}:accesspoint/${name}`;

const ALIAS = /^(.+)-[a-z0-9]{34}-s3alias$/;
const ARN = /^arn:[^:]+:s3:([^:]+):(\d{12}):accesspoint[/:]([^/:]+)$/;
/** An alias is as long as a bucket's name can be: of the access point's name it holds as much as fits in. */
export const MOST_OF_NAME = 20;

/** Can the text be another name than a bucket's own? A quick look: most calls name buckets. */
export const mayBeAccessPoint = (text: string): boolean =>
  text.startsWith("arn:") ? ARN.test(text) : /(?:-s3alias|-\d{12})$/.test(text);

/** Does the text stand where a bucket does, and can be no bucket's name? */
export const isAccessPoint = (text: string): boolean =>
  text.startsWith("arn:") ? ARN.test(text) : text.endsWith("-s3alias");

/**
 * An access point by its ARN, its alias, or name and account as hosts have them; an alias that does not hold the whole name says
 * nothing. A bucket may have a name that ends in an account, too: who names that, names both.
 */
export function accessPointNames(
  text: string,
  { region, account }: Pick<Place, "region" | "account">,
): { readonly region: string; readonly account: string; readonly Name: string } | undefined {
  const arn = ARN.exec(text);
  if (arn) {
    const [, itsRegion = "", itsAccount = "", Name = ""] = arn;
    return { region: itsRegion, account: itsAccount, Name };
  }
  const atHost = accessPointAtHost(text);
  if (atHost) return { region, account: atHost.account, Name: atHost.name };
  const name = ALIAS.exec(text)?.[1];
  return name === undefined || name.length >= MOST_OF_NAME ? undefined : { region, account, Name: name };
}

/** An access point's name and account as they stand in hosts: `my-point-123456789012.s3-accesspoint.…`. */
export function accessPointAtHost(label: string): { name: string; account: string } | undefined {
  const [, name, account] = /^(.+)-(\d{12})$/.exec(label) ?? [];
  return name === undefined || account === undefined ? undefined : { name, account };
}

/** What an access point serves of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html; CreateBucket says itself that the name is none. */
export const SERVED: ReadonlySet<string> = new Set(
  `AbortMultipartUpload CompleteMultipartUpload CopyObject CreateBucket CreateMultipartUpload DeleteObject DeleteObjects
   DeleteObjectTagging GetBucketAcl GetBucketCors GetBucketLocation GetBucketNotificationConfiguration GetBucketPolicy
   GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging HeadBucket
   HeadObject ListMultipartUploads ListObjects ListObjectsV2 ListObjectVersions ListParts PutObject PutObjectAcl
   PutObjectLegalHold PutObjectRetention PutObjectTagging RestoreObject UploadPart UploadPartCopy`.split(
    /\s+/,
  ),
);
