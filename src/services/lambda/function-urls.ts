import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { conflict, functionUrlNotFound, notFound } from "./errors.ts";
import { type FunctionUrlRecord, functionUrls } from "./function-url-records.ts";
import { arnOf, type Found, findFunction, findVersion, locateFunction, referenceOf } from "./lookup.ts";
import { readPage } from "./page.ts";
import { functions, LATEST } from "./records.ts";

const ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 32;
/** LocalStack's tag: the function's URL has this id. */
const CUSTOM_ID_TAG = "_custom_id_";

/** Function URLs: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
export const functionUrlOperations = (): Handlers<Api.Operations> => ({
  CreateFunctionUrlConfig(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, input.Qualifier);
    findVersion(found);
    if (found.store.collection(functionUrls).has(keyOf(found))) {
      throw conflict(
        `Failed to create function url config for [functionArn = ${arnOf(found)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    }
    const now = new Date(ctx.clock.now()).toISOString();
    const customId = ctx.host.strict ? undefined : found.record.tags[CUSTOM_ID_TAG];
    const record: FunctionUrlRecord = {
      urlId: customId ?? ctx.random.string(ID_LENGTH, ID_ALPHABET),
      functionName: found.name,
      ...(found.qualifier && { qualifier: found.qualifier }),
      authType: input.AuthType,
      invokeMode: input.InvokeMode ?? "BUFFERED",
      ...(input.Cors && { cors: input.Cors }),
      createdAt: now,
      modifiedAt: now,
    };
    const { InvokeMode, ...created } = put(ctx, found, record);
    // Only who asked for a mode hears of it here; everybody does later.
    return input.InvokeMode ? { ...created, InvokeMode } : created;
  },

  UpdateFunctionUrlConfig(input, ctx) {
    const { found, record } = existing(ctx, input);
    return put(ctx, found, {
      ...record,
      ...(input.AuthType && { authType: input.AuthType }),
      ...(input.InvokeMode && { invokeMode: input.InvokeMode }),
      ...(input.Cors && { cors: input.Cors }),
      modifiedAt: new Date(ctx.clock.now()).toISOString(),
    });
  },

  GetFunctionUrlConfig(input, ctx) {
    const { found, record } = existing(ctx, input);
    return answer(ctx, found, record);
  },

  DeleteFunctionUrlConfig(input, ctx) {
    const { found } = existing(ctx, input);
    found.store.collection(functionUrls).delete(keyOf(found));
  },

  ListFunctionUrlConfigs(input, ctx) {
    const found = listable(ctx, input.FunctionName);
    const page = readPage(found.store.collection(functionUrls), [found.name], input);
    return {
      FunctionUrlConfigs: page.values.map((record) => answer(ctx, found, record)),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },
});

const keyOf = ({ name, qualifier }: Found): [string, string] => [name, qualifier ?? LATEST];

/** The function whose URLs are listed. @throws ResourceNotFoundException in words of this operation's own */
function listable(ctx: Context, name: string): Found {
  const reference = referenceOf(ctx, name);
  if (!ctx.host.store(reference.account, reference.region).collection(functions).has([reference.name]))
    throw notFound("Function does not exist");
  return locateFunction(ctx.host, reference);
}

function existing(
  ctx: Context,
  input: { FunctionName: string; Qualifier?: string },
): { found: Found; record: FunctionUrlRecord } {
  const found = findFunction(ctx, input.FunctionName, input.Qualifier);
  const record = found.store.collection(functionUrls).get(keyOf(found));
  if (!record) throw functionUrlNotFound();
  return { found, record };
}

function put(ctx: Context, found: Found, record: FunctionUrlRecord): Api.FunctionUrlConfig {
  found.store.collection(functionUrls).put(keyOf(found), record);
  return answer(ctx, found, record);
}

function answer(ctx: Context, found: Found, record: FunctionUrlRecord): Api.FunctionUrlConfig {
  return {
    FunctionUrl: `http://${record.urlId}.lambda-url.${found.region}.${ctx.host.endpoint.host()}/`,
    FunctionArn: arnOf(found, record.qualifier),
    AuthType: record.authType,
    InvokeMode: record.invokeMode,
    ...(record.cors && { Cors: record.cors }),
    CreationTime: record.createdAt,
    LastModifiedTime: record.modifiedAt,
  };
}
