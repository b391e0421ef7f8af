import { defineCollection } from "../../core/storage.ts";
import type * as Lambda from "../../models/generated/lambda.ts";

/** Where a version's code is. */
export type Code =
  | { readonly kind: "zip"; readonly blob: string; readonly sha256: string }
  /** A folder on this machine that is used as it is and watched: S3Bucket `hot-reload`, S3Key the folder. */
  | { readonly kind: "folder"; readonly path: string };

/** What belongs to a function as a whole, whatever its version. */
export interface FunctionRecord {
  readonly name: string;
  readonly nextVersion: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly recursiveLoop?: Lambda.RecursiveLoop;
  readonly codeSigningConfigArn?: string;
}

/** One version, `$LATEST` among them: its configuration as GetFunctionConfiguration answers it, and its code. */
export interface VersionRecord {
  readonly configuration: Lambda.FunctionConfiguration & FixedConfiguration;
  readonly code: Code;
  /** Changes with code and configuration alone, as a revision does not: environments of before take no more invocations. */
  readonly runs?: string;
  readonly change?: VersionChange;
  readonly runtimeManagement?: {
    readonly UpdateRuntimeOn: Lambda.UpdateRuntimeOn;
    readonly RuntimeVersionArn?: string;
  };
}

/** What of a version runs. */
export type Running = Required<Pick<VersionRecord, "configuration" | "code" | "runs">>;

/** What becomes of a version: its creation or an update under way, or an update that failed. */
export interface VersionChange {
  /** Of this change alone: revisions change with tags, too. */
  readonly id: string;
  /** What runs until the update is over, and after it has failed; none for a creation. */
  readonly from?: Running;
}

/** Members that every stored configuration has. */
export interface FixedConfiguration {
  readonly FunctionName: string;
  readonly FunctionArn: string;
  readonly Role: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Version: string;
  readonly CodeSha256: string;
  readonly CodeSize: number;
  readonly RevisionId: string;
}

export interface AliasRecord {
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  readonly weights?: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

export const functions = defineCollection<FunctionRecord>({ name: "functions" });
/** By [function, number]: 0 is `$LATEST`. */
export const versions = defineCollection<VersionRecord>({ name: "versions" });
/** By [function, alias]. */
export const aliases = defineCollection<AliasRecord>({ name: "aliases" });

export const LATEST = "$LATEST";

/** The key of a version: `$LATEST` comes first. */
export const versionKey = (name: string, version: string): [string, number] => [
  name,
  version === LATEST ? 0 : Number(version),
];
