import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { parseCsv } from "./csv.ts";
import { apiKeyExists, apiKeyNotFound, badRequest } from "./errors.ts";
import { newId, newKeyValue } from "./identifiers.ts";
import { page } from "./pages.ts";
import { flag, member, type PatchRule, patched } from "./patch.ts";

/** @throws NotFoundException */
export function findApiKey(ctx: Context, id: string): kept.ApiKey {
  const key = ctx.store.collection(kept.apiKeys).get([id]);
  if (!key) throw apiKeyNotFound();
  return key;
}

export const apiKeys: Handlers<APIGateway.Operations> = {
  CreateApiKey(input, ctx) {
    const { generateDistinctId: _, stageKeys, ...given } = input;
    const stages = (stageKeys ?? []).map(({ restApiId, stageName }) => `${restApiId}/${stageName}`);
    const key = newKey({ ...given, stageKeys: stages }, ctx);
    ctx.store.collection(kept.apiKeys).put([key.id], key);
    return key;
  },

  GetApiKey: ({ apiKey, includeValue }, ctx) => shown(findApiKey(ctx, apiKey), includeValue ?? false),

  GetApiKeys(input, ctx) {
    const { nameQuery, customerId, includeValues } = input;
    const all = [...ctx.store.collection(kept.apiKeys).values()].filter(
      (key) =>
        (nameQuery === undefined || key.name?.startsWith(nameQuery)) &&
        (customerId === undefined || key.customerId === customerId),
    );
    const { items, position } = page(all, input, ({ id }) => [id]);
    return { items: items.map((key) => shown(key, includeValues ?? false)), position };
  },

  UpdateApiKey({ apiKey, patchOperations }, ctx) {
    const before = findApiKey(ctx, apiKey);
    const key = { ...patched(before, patchOperations, patches), lastUpdatedDate: new Date(ctx.clock.now()) };
    ctx.store.collection(kept.apiKeys).put([apiKey], key);
    return { ...shown(key, false), tags: key.tags ?? {} };
  },

  DeleteApiKey({ apiKey }, ctx) {
    findApiKey(ctx, apiKey);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.apiKeys).delete([apiKey]);
      for (const planKey of [
        ...ctx.store
          .collection(kept.usagePlanKeys)
          .by("key")
          .values({ prefix: [apiKey] }),
      ]) {
        ctx.store.collection(kept.usagePlanKeys).delete([planKey.usagePlanId, apiKey]);
      }
    });
  },

  ImportApiKeys({ body, failOnWarnings }, ctx) {
    const rows = parseCsv(Buffer.from(body).toString());
    const warnings: string[] = [];
    const keys = ctx.store.transaction(() => rows.flatMap((row) => importKey(row, ctx, warnings)));
    if (failOnWarnings && warnings.length > 0) throw badRequest(warnings.join("; "));
    return { ids: keys, warnings };
  },
};

function newKey(input: Partial<kept.ApiKey>, ctx: Context): kept.ApiKey {
  const value = input.value || newKeyValue(ctx.random);
  if (value.length < 20) throw badRequest("API Key value should be at least 20 characters");
  if (value.length > 128) throw badRequest("API Key value exceeds maximum size of 128 characters");
  const { name, ...given } = input;
  if ((name?.length ?? 0) > 1024) throw badRequest("Invalid API Key name, can be at most 1024 characters.");
  if (
    ctx.store
      .collection(kept.apiKeys)
      .by("value")
      .first({ prefix: [value] })
  )
    throw apiKeyExists();
  const now = new Date(ctx.clock.now());
  return {
    id: newId(ctx.random),
    ...given,
    ...(name && { name }),
    value,
    enabled: input.enabled ?? false,
    createdDate: now,
    lastUpdatedDate: now,
    stageKeys: input.stageKeys ?? [],
  };
}

/** One row of an API key file: `Name,Key,Description,Enabled,UsageplanIds`. */
function importKey(row: Readonly<Record<string, string>>, ctx: Context, warnings: string[]): string[] {
  const { name, key: value, description, enabled, usageplanids } = row;
  if (!value) {
    warnings.push(`The row of ${name ?? "a key"} has no key.`);
    return [];
  }
  if (
    ctx.store
      .collection(kept.apiKeys)
      .by("value")
      .first({ prefix: [value] })
  ) {
    warnings.push(`A key with the value of ${name ?? "this row"} already exists.`);
    return [];
  }
  const given = {
    value,
    enabled: enabled?.toLowerCase() !== "false",
    ...(name && { name }),
    ...(description && { description }),
  };
  const key = newKey(given, ctx);
  ctx.store.collection(kept.apiKeys).put([key.id], key);
  for (const usagePlanId of (usageplanids ?? "")
    .split(",")
    .map((id) => id.trim())
    .filter(Boolean)) {
    if (ctx.store.collection(kept.usagePlans).has([usagePlanId])) {
      ctx.store
        .collection(kept.usagePlanKeys)
        .put([usagePlanId, key.id], { id: key.id, usagePlanId, type: "API_KEY" });
    } else warnings.push(`There is no usage plan ${usagePlanId}.`);
  }
  return [key.id];
}

function shown(key: kept.ApiKey, withValue: boolean): APIGateway.ApiKey {
  if (withValue) return key;
  const { value: _, ...rest } = key;
  return rest;
}

const stage: PatchRule<kept.ApiKey> = {
  path: "/stages",
  ops: ["add", "remove"],
  apply: (draft, { op, given = "" }) => {
    const others = draft.stageKeys.filter((key) => key !== given);
    draft.stageKeys = op === "add" ? [...others, given] : others;
  },
};

const patches: PatchRule<kept.ApiKey>[] = [
  member("description"),
  flag("enabled"),
  member("name"),
  member("customerId"),
  stage,
];
