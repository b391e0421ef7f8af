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
import { functionExists, imagesUnsupported, invalidParameter, revisionMismatch } from "./errors.ts";
import { functionArn, newFunctionName, type Scope } from "./function-name.ts";
import type { Lambda } from "./lambda.ts";
import { changing, findFunction, findVersion, latestOf, putVersion, referenceOf } from "./lookup.ts";
import { isInVpc, settleInterfaces } from "./network-interfaces.ts";
import { readPage } from "./page.ts";
import { type AliasRecord, functions, LATEST, type VersionRecord, versions } from "./records.ts";
import { tagging } from "./tags.ts";
import { answer, listed } from "./version-answer.ts";
import { newVersion } from "./versions.ts";
import { vpcConfigOf } from "./vpc.ts";

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
    tagging.read(input.Tags);
    checkSettings(input, ctx.host, ctx);
    if (ctx.store.collection(functions).has([name])) throw functionExists(name);
    const VpcConfig = await vpcConfigOf(input.VpcConfig, ctx);
    using accepted = await acceptCode(input.Code, lambda.code, ctx);
    if (ctx.store.collection(functions).has([name])) throw functionExists(name);

    const record = changing({
      configuration: newConfiguration({ ...input, VpcConfig }, accepted, ctx.host, ctx, name),
      code: accepted.code,
    });
    const published = ctx.store.transaction(() => {
      ctx.store.collection(functions).put([name], {
        name,
        nextVersion: 1,
        tags: input.Tags ?? {},
        ...(input.CodeSigningConfigArn && { codeSigningConfigArn: input.CodeSigningConfigArn }),
      });
      putVersion(ctx.store, record);
      return input.Publish ? newVersion(lambda, findFunction(ctx, name), {}, "Pending") : undefined;
    });
    await lambda.readiness.begin(ctx, record);
    if (VpcConfig) await settleInterfaces(ctx);
    if (!published) return answer(latestOf(findFunction(ctx, name)));
    // The version's number with the function's own ARN (recorded); an update with Publish answers the version's.
    return { ...answer(await beginning(lambda, ctx, published)), FunctionArn: functionArn(ctx, name) };
  },

  async GetFunction(input, ctx) {
    const { found, version, alias } = await readable(lambda, ctx, input);
    const { tags, reservedConcurrency } = found.record;
    return {
      Configuration: answer(version, asked(found.qualifier, alias)),
      Code: codeLocation(version.code, ctx.host),
      // Of a version's number AWS tells no tags: they are the function's (recorded).
      ...(Object.keys(tags).length > 0 && !/^\d+$/.test(found.qualifier ?? "") && { Tags: { ...tags } }),
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
      // Only the list of all versions gives `$LATEST` its number (recorded).
      Functions: page.values.map((record) => listed(record, input.FunctionVersion === "ALL")),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },

  async UpdateFunctionCode(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    await lambda.readiness.beforeChange(found, found.name);
    checkRevision(latestOf(findFunction(ctx, input.FunctionName)), input.RevisionId);
    const { FunctionName, Publish, DryRun, RevisionId, Architectures, PublishTo, ...source } = input;
    using accepted = await acceptCode(source, lambda.code, ctx);
    // Others may have come first, while the code was being read.
    const current = findFunction(ctx, input.FunctionName);
    const before = latestOf(current);
    checkRevision(before, input.RevisionId);
    const configuration = {
      ...before.configuration,
      ...codeMembers(accepted),
      ...(Architectures && { Architectures }),
      ...updating(ctx.host),
    };
    const record = changing({ ...before, code: accepted.code, configuration }, before);
    if (DryRun) return answer(record);
    const published = current.store.transaction(() => {
      putVersion(current.store, record);
      return Publish ? newVersion(lambda, current, {}, "Pending") : undefined;
    });
    releaseReplaced(lambda, before);
    await lambda.readiness.begin(current, record);
    if (!published) return answer(latestOf(current));
    await lambda.readiness.settled(current, current.name, LATEST);
    return answer(await beginning(lambda, current, published));
  },

  async UpdateFunctionConfiguration(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    checkSettings(input, ctx.host, ctx);
    const VpcConfig = await vpcConfigOf(input.VpcConfig, ctx);
    await lambda.readiness.beforeChange(found, found.name);
    const before = latestOf(findFunction(ctx, input.FunctionName));
    checkRevision(before, input.RevisionId);
    const configuration = changedConfiguration(before.configuration, { ...input, VpcConfig }, ctx.host);
    const record = changing({ ...before, configuration }, before);
    putVersion(found.store, record);
    releaseReplaced(lambda, before);
    await lambda.readiness.begin(found, record);
    if (VpcConfig) await settleInterfaces(ctx);
    return answer(latestOf(found));
  },

  async DeleteFunction(input, ctx) {
    const { qualifier } = referenceOf(ctx, input.FunctionName, input.Qualifier);
    // What cannot be deleted is refused before the function is looked for.
    if (qualifier !== undefined) checkDeletable(qualifier);
    // A function that is not there is named without its version (recorded).
    const found = { ...findFunction(ctx, input.FunctionName), qualifier };
    const hasInterfaces = isInVpc(found.name, found);
    if (qualifier === undefined) deleteFunction(lambda, found);
    else deleteVersion(lambda, found, qualifier);
    if (hasInterfaces) await settleInterfaces(ctx);
    return { StatusCode: 204 };
  },
});

/** What ran before a change runs until that is over, and goes then; what was to run instead, before another change, goes at once. */
function releaseReplaced(lambda: Lambda, { code, configuration, change }: VersionRecord): void {
  if (change?.from) lambda.code.release({ code, configuration });
}

/** A version that has just been made gets ready; one that was there before is. */
async function beginning(lambda: Lambda, scope: Scope, published: VersionRecord): Promise<VersionRecord> {
  if (published.configuration.State === "Pending") await lambda.readiness.begin(scope, published);
  return published;
}

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
