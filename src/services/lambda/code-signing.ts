import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { type CodeSigningConfigRecord, codeSigningConfigs } from "./code-signing-record.ts";
import { codeSigningConfigNotFound, conflict, noSuchCodeSigningConfig } from "./errors.ts";
import { functionArn } from "./function-name.ts";
import { findFunction, lambdaTime } from "./lookup.ts";
import { readPage, slicePage } from "./page.ts";
import { functions } from "./records.ts";
import { tagging } from "./tags.ts";

const ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Code signing configurations, as settings: signatures are not checked. https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html */
export const codeSigningOperations = (): Handlers<Api.Operations> => ({
  CreateCodeSigningConfig(input, ctx) {
    const id = `csc-${ctx.random.string(17, ID_ALPHABET)}`;
    const config: Api.CodeSigningConfig = {
      CodeSigningConfigId: id,
      CodeSigningConfigArn: makeArn("lambda", ctx.region, ctx.account, `code-signing-config:${id}`),
      ...(input.Description !== undefined && { Description: input.Description }),
      AllowedPublishers: input.AllowedPublishers,
      CodeSigningPolicies: {
        UntrustedArtifactOnDeployment: input.CodeSigningPolicies?.UntrustedArtifactOnDeployment ?? "Warn",
      },
      LastModified: lambdaTime(ctx.clock.now()),
    };
    ctx.store
      .collection(codeSigningConfigs)
      .put([id], { config, ...(input.Tags && { tags: tagging.read(input.Tags) }) });
    return { CodeSigningConfig: config };
  },

  GetCodeSigningConfig(input, ctx) {
    return { CodeSigningConfig: existing(ctx, input.CodeSigningConfigArn).config };
  },

  UpdateCodeSigningConfig(input, ctx) {
    const record = existing(ctx, input.CodeSigningConfigArn);
    const config: Api.CodeSigningConfig = {
      ...record.config,
      ...(input.Description !== undefined && { Description: input.Description }),
      ...(input.AllowedPublishers && { AllowedPublishers: input.AllowedPublishers }),
      ...(input.CodeSigningPolicies && { CodeSigningPolicies: input.CodeSigningPolicies }),
      LastModified: lambdaTime(ctx.clock.now()),
    };
    ctx.store.collection(codeSigningConfigs).put([config.CodeSigningConfigId], { ...record, config });
    return { CodeSigningConfig: config };
  },

  DeleteCodeSigningConfig(input, ctx) {
    const { config } = existing(ctx, input.CodeSigningConfigArn);
    if (usersOf(ctx, config.CodeSigningConfigArn).length > 0) {
      throw conflict("The code signing configuration is in use by one or more functions.");
    }
    ctx.store.collection(codeSigningConfigs).delete([config.CodeSigningConfigId]);
    return {};
  },

  ListCodeSigningConfigs(input, ctx) {
    const page = readPage(ctx.store.collection(codeSigningConfigs), [], input);
    return {
      CodeSigningConfigs: page.values.map(({ config }) => config),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },

  PutFunctionCodeSigningConfig(input, ctx) {
    if (!configAt(ctx, input.CodeSigningConfigArn)) throw noSuchCodeSigningConfig(input.CodeSigningConfigArn);
    const found = findFunction(ctx, input.FunctionName);
    const codeSigningConfigArn = input.CodeSigningConfigArn;
    found.store.collection(functions).put([found.name], { ...found.record, codeSigningConfigArn });
    return { CodeSigningConfigArn: codeSigningConfigArn, FunctionName: found.name };
  },

  GetFunctionCodeSigningConfig(input, ctx) {
    const { name, record } = findFunction(ctx, input.FunctionName);
    const { codeSigningConfigArn: CodeSigningConfigArn } = record;
    // A function without one has an empty answer, though the model requires both members.
    return (
      CodeSigningConfigArn === undefined ? {} : { CodeSigningConfigArn, FunctionName: name }
    ) as Api.GetFunctionCodeSigningConfigResponse;
  },

  DeleteFunctionCodeSigningConfig(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    const { codeSigningConfigArn: _gone, ...record } = found.record;
    found.store.collection(functions).put([found.name], record);
  },

  ListFunctionsByCodeSigningConfig(input, ctx) {
    const { CodeSigningConfigArn } = existing(ctx, input.CodeSigningConfigArn).config;
    const { values: FunctionArns, ...next } = slicePage(
      usersOf(ctx, CodeSigningConfigArn),
      (arn) => [arn],
      input,
    );
    return { FunctionArns, ...next };
  },
});

function existing(ctx: Context, arn: string): CodeSigningConfigRecord {
  const record = configAt(ctx, arn);
  if (!record) throw codeSigningConfigNotFound(arn);
  return record;
}

function configAt(ctx: Context, arn: string): CodeSigningConfigRecord | undefined {
  const id = parseArn(arn)?.resource.split(":")[1] ?? "";
  return ctx.store.collection(codeSigningConfigs).get([id]);
}

function usersOf(ctx: Context, arn: string): string[] {
  const users = [...ctx.store.collection(functions).values()].filter(
    (record) => record.codeSigningConfigArn === arn,
  );
  return users.map(({ name }) => functionArn(ctx, name));
}
