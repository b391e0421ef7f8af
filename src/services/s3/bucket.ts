import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { partitionOf } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import { invalidBucketName } from "./errors.ts";

/** A bucket as it is kept, by name, in its owner's store. Times are epoch milliseconds. */
export interface BucketRecord {
  readonly name: string;
  /** Sets a bucket apart from an earlier one of the same name: what is left of that is not its own. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** The location constraint as it was given: `EU` is eu-west-1. */
  readonly location?: string;
  readonly createdAtMs: number;
  /** Absent: never versioned. */
  readonly versioning?: "Enabled" | "Suspended";
  readonly hasObjectLock?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  /** What was put of `policy`, `cors`, `lifecycle` …, by name, in the shapes of the API. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export const bucketRecords = defineCollection<BucketRecord>({ name: "buckets" });

export const bucketArn = ({ name, region }: Pick<BucketRecord, "name" | "region">) =>
  `arn:${partitionOf(region)}:s3:::${name}`;

/** The canonical user id of an account, as ACLs and listings name owners. */
export function canonicalId(account: string): string {
  let id = canonicalIds.get(account);
  if (id === undefined) {
    id = createHash("sha256").update(`s3/${account}`).digest("hex");
    canonicalIds.set(account, id);
  }
  return id;
}
const canonicalIds = new Map<string, string>();

const RESERVED = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @throws AwsError `InvalidBucketName`
 */
export function checkBucketName(name: string): void {
  const isFine =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes("..") &&
    isIP(name) === 0 &&
    !RESERVED.test(name);
  if (!isFine) throw invalidBucketName(name);
}
