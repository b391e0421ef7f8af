import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { parameterNotFound } from "./errors.ts";
import { keyOfName, type ParameterName } from "./parameter-name.ts";

export type Tier = "Standard" | "Advanced";

/** A parameter as it is kept, by the levels of its name. What changes with a value is in its versions. */
export interface ParameterRecord {
  /** As it was given when the parameter was made: `/app/url`, `limit`. */
  readonly name: string;
  readonly arn: string;
  /** The newest version. */
  readonly version: number;
  readonly tier: Tier;
  readonly tags: Readonly<Record<string, string>>;
  /** When something of its policies is due next, in milliseconds of the clock. */
  readonly dueMs?: number;
}

/** A policy of a parameter, with the moment at which it acts. */
export interface PolicyRecord {
  readonly text: string;
  readonly type: "Expiration" | "ExpirationNotification" | "NoChangeNotification";
  readonly dueMs: number;
  readonly isFinished?: boolean;
}

/** One version of a parameter, by its parameter's key and its number. */
export interface VersionRecord {
  readonly version: number;
  readonly type: "String" | "StringList" | "SecureString";
  /** The text; of a SecureString what KMS made of it, in Base64. */
  readonly value: string;
  readonly keyId?: string;
  /** The data key of an advanced SecureString, encrypted by KMS, in Base64. */
  readonly dataKey?: string;
  readonly dataType: string;
  readonly tier: Tier;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly policies: readonly PolicyRecord[];
  readonly labels: readonly string[];
  readonly modifiedMs: number;
  readonly modifiedBy: string;
}

/** Key: the levels of the name. */
export const parameterRecords = defineCollection<ParameterRecord>({
  name: "parameters",
  indexes: {
    tier: ({ tier }) => [tier],
    due: ({ dueMs }) => (dueMs === undefined ? undefined : [dueMs]),
  },
});

/** Key: [ARN, version]. */
export const versionRecords = defineCollection<VersionRecord>({ name: "parameter-versions" });

export const parameterArn = (
  { account, region }: { account: string; region: string },
  name: string,
): string => makeArn("ssm", region, account, `parameter/${name.replace(/^\//, "")}`);

/** A parameter and one of its versions. */
export interface Found {
  readonly parameter: ParameterRecord;
  readonly current: VersionRecord;
}

/** The parameter of a name with its newest version; undefined when there is none, or it has expired. */
export function lookUp(name: ParameterName, ctx: Context): Found | undefined {
  const parameter = ctx.store.collection(parameterRecords).get(keyOfName(name.name));
  if (!parameter || name.isForeign) return undefined;
  const current = currentOf(parameter, ctx);
  return isExpired(current, ctx.clock.now()) ? undefined : { parameter, current };
}

/** @throws ParameterNotFound */
export function find(name: ParameterName, ctx: Context): Found {
  const found = lookUp(name, ctx);
  if (!found) throw parameterNotFound();
  return found;
}

export function currentOf(parameter: ParameterRecord, ctx: Context): VersionRecord {
  const current = ctx.store.collection(versionRecords).get([parameter.arn, parameter.version]);
  if (!current) throw new Error(`${parameter.arn} has lost its version ${parameter.version}`);
  return current;
}

export const versionsOf = ({ arn }: ParameterRecord, ctx: Context): VersionRecord[] => [
  ...ctx.store.collection(versionRecords).values({ prefix: [arn] }),
];

export const saveVersion = ({ arn }: ParameterRecord, version: VersionRecord, ctx: Context): void =>
  ctx.store.collection(versionRecords).put([arn, version.version], version);

export function removeParameter(parameter: ParameterRecord, ctx: Pick<Context, "store">): void {
  ctx.store.collection(versionRecords).clear({ prefix: [parameter.arn] });
  ctx.store.collection(parameterRecords).delete(keyOfName(parameter.name));
}

export const isExpired = ({ policies }: VersionRecord, nowMs: number): boolean =>
  policies.some(({ type, dueMs }) => type === "Expiration" && dueMs <= nowMs);

/** What DescribeParameters and GetParameterHistory say of a version. */
export function describeVersion(parameter: ParameterRecord, version: VersionRecord) {
  return {
    Name: parameter.name,
    Type: version.type,
    ...(version.keyId !== undefined && { KeyId: version.keyId }),
    LastModifiedDate: new Date(version.modifiedMs),
    LastModifiedUser: version.modifiedBy,
    ...(version.description !== undefined && { Description: version.description }),
    ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: version.policies.map(
      ({ text, type, isFinished }): SSM.ParameterInlinePolicy => ({
        PolicyText: text,
        PolicyType: type,
        PolicyStatus: isFinished ? "Finished" : "Pending",
      }),
    ),
    DataType: version.dataType,
  };
}
