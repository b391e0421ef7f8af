import type { Context, ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { codeWritten } from "./code-references.ts";
import { functionElsewhere, functionNotFound } from "./errors.ts";
import { type FunctionReference, functionArn, functionReference, type Scope } from "./function-name.ts";
import {
  type AliasRecord,
  aliases,
  type FunctionRecord,
  functions,
  LATEST,
  type Running,
  type VersionRecord,
  versionKey,
  versions,
} from "./records.ts";

/** A function that is there, and how the request named it. */
export interface Found extends FunctionReference {
  readonly store: Store;
  readonly record: FunctionRecord;
}

/**
 * Finds the function that a request names.
 * @param missedAs the qualifier that the error names when there is none; some operations say `$LATEST`
 * @throws ResourceNotFoundException
 */
export function findFunction(ctx: Context, name: string, qualifier?: string, missedAs?: string): Found {
  return locateFunction(ctx.host, referenceOf(ctx, name, qualifier), missedAs);
}

/** The function that a request names. A client's must be of the region that it calls. @throws ResourceNotFoundException */
export function referenceOf(ctx: Context, name: string, qualifier?: string): FunctionReference {
  const reference = functionReference(name, ctx, qualifier);
  // Calls between services name functions of any region by their ARN.
  if (ctx.request && reference.region !== ctx.region) throw functionElsewhere(reference.region, ctx.region);
  return reference;
}

export function locateFunction(host: ServiceHost, reference: FunctionReference, missedAs?: string): Found {
  const store = host.store(reference.account, reference.region);
  const record = store.collection(functions).get([reference.name]);
  if (!record)
    throw functionNotFound(functionArn(reference, reference.name, reference.qualifier ?? missedAs));
  return { ...reference, store, record };
}

/** The version that a qualifier means, and the alias that it went by. @throws ResourceNotFoundException */
export function findVersion(
  found: Found,
  qualifier: string = found.qualifier ?? LATEST,
): { version: VersionRecord; alias?: AliasRecord } {
  const { store, name } = found;
  if (qualifier === LATEST || /^\d+$/.test(qualifier)) {
    const version = store.collection(versions).get(versionKey(name, qualifier));
    if (!version) throw functionNotFound(functionArn(found, name, qualifier));
    return { version };
  }
  const alias = store.collection(aliases).get([name, qualifier]);
  const version = alias && store.collection(versions).get(versionKey(name, alias.functionVersion));
  if (!alias || !version) throw functionNotFound(functionArn(found, name, qualifier));
  return { version, alias };
}

/** `$LATEST` of a function. @throws ResourceNotFoundException when the function has been deleted meanwhile */
export function latestOf(found: Found): VersionRecord {
  return findVersion(found, LATEST).version;
}

/** A version with a change under way. @param before the version as it was, for an update */
export const changing = (record: VersionRecord, before?: VersionRecord): VersionRecord => ({
  ...record,
  runs: record.configuration.RevisionId,
  change: { id: record.configuration.RevisionId, ...(before && { from: running(before) }) },
});

/** What of a version runs: code and configuration from before an update, until that has succeeded. */
export function running({ change, configuration, code, runs }: VersionRecord): Running {
  // What has been kept without one goes by its revision.
  return change?.from ?? { configuration, code, runs: runs ?? configuration.RevisionId };
}

/** The version or alias that a request names has changed, if not in what runs: it has another revision. */
export function renewRevision(found: Found, host: ServiceHost): void {
  const { version, alias } = findVersion(found);
  const revisionId = host.random.uuid();
  if (alias) found.store.collection(aliases).put([found.name, alias.name], { ...alias, revisionId });
  else
    putVersion(found.store, {
      ...version,
      runs: running(version).runs,
      configuration: { ...version.configuration, RevisionId: revisionId },
    });
}

/** @returns the revision of the version or alias that a request names */
export function revisionOf(found: Found): string {
  const { version, alias } = findVersion(found);
  return alias?.revisionId ?? version.configuration.RevisionId;
}

export function putVersion(store: Store, record: VersionRecord): void {
  const { FunctionName, Version, CodeSize } = record.configuration;
  store.collection(versions).put(versionKey(FunctionName, Version), record);
  codeWritten(store, CodeSize);
}

/** The ARN as the request's qualifier has it. */
export const arnOf = (found: Found, qualifier = found.qualifier): string =>
  functionArn(found, found.name, qualifier);

/** `2024-05-01T12:34:56.789+0000` */
export function lambdaTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "+0000");
}

export type { Scope };
