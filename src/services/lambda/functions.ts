import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { codeLocation } from "./code-download.ts";
import { acceptCode } from "./code-source.ts";
import {
  changedConfiguration,
  checkSettings,
  codeMembers,
  newConfiguration,
  updating,
} from "./configuration.ts";
import { checkDeletable, deleteFunction, deleteVersion } from "./deletion.ts";
import {
  functionExists,
  imagesUnsupported,
  invalidParameter,
  revisionMismatch,
  tooManyTags,
} from "./errors.ts";
import { newFunctionName } from "./function-name.ts";
import type { Lambda } from "./lambda.ts";
import { findFunction, findVersion, latestOf, putVersion, referenceOf } from "./lookup.ts";
import { readPage } from "./page.ts";
import { type AliasRecord, functions, LATEST, type VersionRecord, versions } from "./records.ts";
import { MOST_TAGS } from "./tags.ts";
import { answer, listed } from "./version-answer.ts";
import { publish } from "./versions.ts";

/** Functions: https://docs.aws.amazon.com/lambda/latest/dg/lambda-functions.html */
export const functionOperations = (lambda: Lambda): Handlers<Api.Operations> => ({
  async CreateFunction(input, ctx) {
    const name = newFunctionName(input.FunctionName, ctx);
    if (input.PackageType === "Image") throw imagesUnsupported();
    if (!input.Runtime || (!input.Handler && !input.Runtime.startsWith("provided"))) {
      throw invalidParameter(
        "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
      );
    }
    if (Object.keys(input.Tags ?? {}).length > MOST_TAGS) throw tooManyTags();
    checkSettings(input, ctx.host, ctx);
    if (ctx.store.collection(functions).has([name])) throw functionExists(name);
    const accepted = await acceptCode(input.Code, lambda.code, ctx);
    if (ctx.store.collection(functions).has([name])) throw functionExists(name);

    const record: VersionRecord = {
      configuration: newConfiguration(input, accepted, ctx.host, ctx, name),
      code: accepted.code,
    };
    ctx.store.transaction(() => {
      ctx.store.collection(functions).put([name], {
        name,
        nextVersion: 1,
        tags: input.Tags ?? {},
        ...(input.CodeSigningConfigArn && { codeSigningConfigArn: input.CodeSigningConfigArn }),
      });
      putVersion(ctx.store, record);
    });
    await lambda.readiness.begin(ctx, record);
    if (!input.Publish) return answer(latestOf(findFunction(ctx, name)));
    return answer(await publish(lambda, findFunction(ctx, name), {}, "Pending"));
  },

  async GetFunction(input, ctx) {
    const { found, version, alias } = await readable(lambda, ctx, input);
    const { tags, reservedConcurrency } = found.record;
    return {
      Configuration: answer(version, asked(found.qualifier, alias)),
      Code: codeLocation(version.code, ctx.host),
      ...(Object.keys(tags).length > 0 && { Tags: { ...tags } }),
      ...(reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
      }),
    };
  },

  async GetFunctionConfiguration(input, ctx) {
    const { found, version, alias } = await readable(lambda, ctx, input);
    return answer(version, asked(found.qualifier, alias));
  },

  ListFunctions(input, ctx) {
    const page = readPage(ctx.store.collection(versions), [], input, {
      where: ({ configuration }) => input.FunctionVersion === "ALL" || configuration.Version === LATEST,
    });
    return {
      Functions: page.values.map((record) => listed(record)),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },

  async UpdateFunctionCode(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    await lambda.readiness.beforeChange(found, found.name);
    const before = latestOf(findFunction(ctx, input.FunctionName));
    checkRevision(before, input.RevisionId);
    const { FunctionName, Publish, DryRun, RevisionId, Architectures, PublishTo, ...source } = input;
    const accepted = await acceptCode(source, lambda.code, ctx);
    const record: VersionRecord = {
      ...latestOf(findFunction(ctx, input.FunctionName)),
      code: accepted.code,
      configuration: {
        ...before.configuration,
        ...codeMembers(accepted),
        ...(Architectures && { Architectures }),
        ...updating(ctx.host),
      },
    };
    if (DryRun) return answer(record);
    putVersion(found.store, record);
    if (before.code.kind === "zip") lambda.code.release(before.code.sha256);
    await lambda.readiness.begin(found, record);
    if (!Publish) return answer(latestOf(found));
    await lambda.readiness.settled(found, found.name, LATEST);
    return answer(await publish(lambda, findFunction(ctx, input.FunctionName), {}, "Pending"));
  },

  async UpdateFunctionConfiguration(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    checkSettings(input, ctx.host, ctx);
    await lambda.readiness.beforeChange(found, found.name);
    const before = latestOf(findFunction(ctx, input.FunctionName));
    checkRevision(before, input.RevisionId);
    const record: VersionRecord = {
      ...before,
      configuration: changedConfiguration(before.configuration, input, ctx.host),
    };
    putVersion(found.store, record);
    await lambda.readiness.begin(found, record);
    return answer(latestOf(found));
  },

  DeleteFunction(input, ctx) {
    const { qualifier } = referenceOf(ctx, input.FunctionName, input.Qualifier);
    // What cannot be deleted is refused before the function is looked for.
    if (qualifier !== undefined) checkDeletable(qualifier);
    const found = findFunction(ctx, input.FunctionName, input.Qualifier);
    if (qualifier === undefined) deleteFunction(lambda, found);
    else deleteVersion(lambda, found, qualifier);
    return { StatusCode: 204 };
  },
});

/** The function and version that a request reads, when its creation or update is over. @throws ResourceNotFoundException */
async function readable(
  lambda: Lambda,
  ctx: Context,
  { FunctionName, Qualifier }: { FunctionName: string; Qualifier?: string | undefined },
) {
  const asked = findFunction(ctx, FunctionName, Qualifier);
  await lambda.readiness.beforeReading(asked, asked.name, findVersion(asked).version.configuration.Version);
  const found = findFunction(ctx, FunctionName, Qualifier);
  return { found, ...findVersion(found) };
}

/** The qualifier that an answer's ARN has: the one of the request, but a version's ARN names its version anyway. */
const asked = (qualifier: string | undefined, alias: AliasRecord | undefined): string | undefined =>
  alias || qualifier === LATEST ? qualifier : undefined;

function checkRevision({ configuration }: VersionRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && configuration.RevisionId !== revisionId) throw revisionMismatch();
}
