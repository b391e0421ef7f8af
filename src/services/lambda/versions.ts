import type { Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { creating } from "./configuration.ts";
import { invalidParameter, revisionMismatch } from "./errors.ts";
import { functionArn } from "./function-name.ts";
import type { Lambda } from "./lambda.ts";
import { changing, type Found, findFunction, latestOf, putVersion } from "./lookup.ts";
import { readPage } from "./page.ts";
import { functions, type VersionRecord, versionKey, versions } from "./records.ts";
import { answer, listed } from "./version-answer.ts";

/** Published versions: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html */
export const versionOperations = (lambda: Lambda): Handlers<Api.Operations> => ({
  async PublishVersion(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    await lambda.readiness.beforeChange(found, found.name);
    return answer(newVersion(lambda, findFunction(ctx, input.FunctionName), input));
  },

  ListVersionsByFunction(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    const page = readPage(found.store.collection(versions), [found.name], input);
    return {
      Versions: page.values.map((record) => listed(record, true)),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },
});

/**
 * Makes a version of `$LATEST`: ready at once, or, when code has come with it, `Pending` as a new function is (`Readiness.begin`
 * then makes it ready). When nothing has changed since the last one, that one is the answer.
 * @throws InvalidParameterValueException, PreconditionFailedException
 */
export function newVersion(
  lambda: Lambda,
  found: Found,
  wanted: { CodeSha256?: string; Description?: string; RevisionId?: string },
  state: "Active" | "Pending" = "Active",
): VersionRecord {
  const { store, name, record } = found;
  const latest = latestOf(found);
  if (wanted.CodeSha256 !== undefined && wanted.CodeSha256 !== latest.configuration.CodeSha256) {
    throw invalidParameter(
      `CodeSHA256 (${wanted.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.configuration.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  if (wanted.RevisionId !== undefined && wanted.RevisionId !== latest.configuration.RevisionId)
    throw revisionMismatch();
  const last = store.collection(versions).get(versionKey(name, String(record.nextVersion - 1)));
  if (last && record.nextVersion > 1 && essence(last) === essence(latest)) return last;

  const version = String(record.nextVersion);
  const { change: _, ...settled } = latest;
  const made: VersionRecord = {
    ...settled,
    configuration: {
      ...latest.configuration,
      Version: version,
      FunctionArn: functionArn(found, name, version),
      RevisionId: lambda.host.random.uuid(),
      ...(wanted.Description !== undefined && { Description: wanted.Description }),
      ...(latest.configuration.SnapStart?.ApplyOn === "PublishedVersions" && {
        SnapStart: { ApplyOn: "PublishedVersions", OptimizationStatus: "On" },
      }),
      State: "Active",
      LastUpdateStatus: "Successful",
      ...(state === "Pending" && creating),
    },
  };
  if (state === "Pending") delete made.configuration.LastUpdateStatus;
  else {
    delete made.configuration.StateReason;
    delete made.configuration.StateReasonCode;
  }
  delete made.configuration.LastUpdateStatusReason;
  delete made.configuration.LastUpdateStatusReasonCode;
  const published = state === "Pending" ? changing(made) : made;
  store.transaction(() => {
    store.collection(functions).put([name], { ...record, nextVersion: record.nextVersion + 1 });
    putVersion(store, published);
  });
  return published;
}

/** What makes one version differ from another. */
function essence({ configuration, code }: VersionRecord): string {
  const { Runtime, Role, Handler, Timeout, MemorySize, CodeSha256, Environment, Layers, DeadLetterConfig } =
    configuration;
  const { TracingConfig, EphemeralStorage, LoggingConfig, VpcConfig, KMSKeyArn, Architectures } =
    configuration;
  const settings = [
    Runtime,
    Role,
    Handler,
    Timeout,
    MemorySize,
    CodeSha256,
    Environment,
    Layers,
    DeadLetterConfig,
  ];
  const rest = [TracingConfig, EphemeralStorage, LoggingConfig, VpcConfig, KMSKeyArn, Architectures, code];
  return JSON.stringify([...settings, ...rest]);
}
