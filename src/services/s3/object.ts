import { defineCollection } from "../../core/storage.ts";
import type { AlgorithmName } from "./checksums/algorithms.ts";

/** A file of a body, and how much of it is the object's. */
export interface Segment {
  /** Name of the blob. */
  readonly blob: string;
  readonly size: number;
}

/** A checksum as objects and parts carry it: base64; COMPOSITE ones end with `-<number of parts>`. */
export interface Checksum {
  readonly algorithm: AlgorithmName;
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

/** A part of an object that came in parts. */
export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  /** base64, in the object's algorithm. */
  readonly checksum?: string;
}

/** System metadata, by the names of the API. */
export interface SystemMetadata {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
  readonly Expires?: string;
}

export interface Encryption {
  readonly algorithm?: string;
  readonly kmsKeyId?: string;
  readonly bucketKey?: boolean;
  /** The data key, as KMS has encrypted it, base64. */
  readonly dataKey?: string;
  readonly context?: string;
  /** Of a key that the client keeps (SSE-C). */
  readonly customerKeyMd5?: string;
}

export interface ObjectLock {
  readonly mode?: "GOVERNANCE" | "COMPLIANCE";
  readonly untilMs?: number;
  readonly legalHold?: "ON" | "OFF";
}

export interface Grant {
  readonly Grantee?: {
    readonly Type: string;
    readonly ID?: string;
    readonly URI?: string;
    readonly EmailAddress?: string;
    readonly DisplayName?: string;
  };
  readonly Permission?: string;
}

interface VersionRecord {
  readonly key: string;
  /** `null` for what was written while its bucket was not versioned. */
  readonly versionId: string;
  /** Versions of a key in the order in which they came. */
  readonly sequence: number;
  /** Epoch milliseconds, whole seconds as S3 has them. */
  readonly modifiedAtMs: number;
  readonly owner: string;
}

export interface DeleteMarker extends VersionRecord {
  readonly isDeleteMarker: true;
}

/** A version of an object. */
export interface ObjectRecord extends VersionRecord {
  readonly isDeleteMarker?: undefined;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly body: readonly Segment[];
  readonly parts?: readonly ObjectPart[];
  readonly checksum?: Checksum;
  readonly system: SystemMetadata;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly tags?: Readonly<Record<string, string>>;
  readonly redirect?: string;
  readonly lock?: ObjectLock;
  readonly grants?: readonly Grant[];
  readonly replication?: "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";
  readonly restoredUntilMs?: number;
  /** Since when it is on its way out of the archive. */
  readonly restoringSinceMs?: number;
  /** The upload that it was completed from: completing it again is answered with this. */
  readonly uploadId?: string;
}

export type Version = ObjectRecord | DeleteMarker;

/** What a GET finds: by bucket and key. A key whose newest version is a delete marker is not here, so listings never meet it. */
export const currentObjects = defineCollection<ObjectRecord>({ name: "objects" });

/** Everything else of versioned buckets, by bucket, key and age, newest first: noncurrent versions, and delete markers. */
export const otherVersions = defineCollection<Version>({
  name: "versions",
  indexes: {
    null: (version, [bucket = ""]) => (version.versionId === "null" ? [bucket, version.key] : undefined),
  },
});
