import { defineCollection } from "../../core/storage.ts";
import type { AlgorithmName } from "./checksums/algorithms.ts";
import type { ObjectPlan } from "./new-object.ts";
import type { Segment } from "./object.ts";

/** A multipart upload on its way, by bucket, key and the order in which they were begun. */
export interface UploadRecord {
  readonly id: string;
  readonly bucketId: string;
  readonly sequence: number;
  readonly initiatedAtMs: number;
  /** Who began it: an account, and the ARN of the caller. */
  readonly initiator: { readonly account: string; readonly arn: string };
  readonly plan: ObjectPlan;
  /** Absent: none was asked for, and the whole gets S3's default. */
  readonly checksum?: { readonly algorithm: AlgorithmName; readonly type: "FULL_OBJECT" | "COMPOSITE" };
}

export const uploadRecords = defineCollection<UploadRecord>({ name: "uploads" });

/** A part, by upload and number. */
export interface PartRecord {
  readonly number: number;
  readonly size: number;
  /** Without quotes: what clients name it by. */
  readonly etag: string;
  /** Hexadecimal, of what came: the whole's ETag is made of these. */
  readonly md5: string;
  readonly modifiedAtMs: number;
  readonly body: readonly Segment[];
  /** base64, in the upload's algorithm or S3's default. */
  readonly checksum: string;
  /** In the algorithm that the client used for the way here, when it is another. */
  readonly given?: { readonly algorithm: AlgorithmName; readonly value: string };
}

export const partRecords = defineCollection<PartRecord>({ name: "parts" });
