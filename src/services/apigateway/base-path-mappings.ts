import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { findDomainName } from "./domain-names.ts";
import { badRequest, mappingExists, mappingNotFound } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { pageOf } from "./pages.ts";
import type { PatchRule } from "./patch.ts";
import { patched } from "./patch.ts";

/** The empty base path's name. */
export const NO_BASE_PATH = "(none)";

function find(ctx: Context, domainName: string, basePath: string): kept.BasePathMapping {
  findDomainName(ctx, domainName);
  const mapping = ctx.store.collection(kept.basePathMappings).get([domainName.toLowerCase(), basePath]);
  if (!mapping) throw mappingNotFound();
  return mapping;
}

export const basePathMappings: Handlers<APIGateway.Operations> = {
  CreateBasePathMapping({ domainName, basePath, restApiId, stage }, ctx) {
    findDomainName(ctx, domainName);
    checkTarget(ctx, restApiId, stage);
    const path = checkedPath(basePath);
    const mappings = ctx.store.collection(kept.basePathMappings);
    const key = [domainName.toLowerCase(), path];
    if (mappings.has(key)) throw mappingExists();
    const mapping = { basePath: path, restApiId, ...(stage && { stage }) };
    mappings.put(key, mapping);
    return mapping;
  },

  GetBasePathMapping: ({ domainName, basePath }, ctx) => find(ctx, domainName, basePath || NO_BASE_PATH),

  GetBasePathMappings(input, ctx) {
    findDomainName(ctx, input.domainName);
    return pageOf(ctx.store.collection(kept.basePathMappings), input, {
      prefix: [input.domainName.toLowerCase()],
    });
  },

  UpdateBasePathMapping({ domainName, basePath, patchOperations }, ctx) {
    const before = find(ctx, domainName, basePath || NO_BASE_PATH);
    const after = patched(before, patchOperations, patches);
    const mapping = { ...after, basePath: checkedPath(after.basePath) };
    checkTarget(ctx, mapping.restApiId, mapping.stage);
    const mappings = ctx.store.collection(kept.basePathMappings);
    const domain = domainName.toLowerCase();
    if (mapping.basePath !== before.basePath && mappings.has([domain, mapping.basePath]))
      throw mappingExists();
    ctx.store.transaction(() => {
      mappings.delete([domain, before.basePath]);
      mappings.put([domain, mapping.basePath], mapping);
    });
    return mapping;
  },

  DeleteBasePathMapping({ domainName, basePath }, ctx) {
    const mapping = find(ctx, domainName, basePath || NO_BASE_PATH);
    ctx.store.collection(kept.basePathMappings).delete([domainName.toLowerCase(), mapping.basePath]);
  },
};

function checkTarget(ctx: Context, restApiId: string, stage: string | undefined): void {
  findApi(ctx, restApiId);
  if (stage && !ctx.store.collection(kept.stages).has([restApiId, stage]))
    throw badRequest("Invalid stage identifier specified");
}

function checkedPath(basePath: string | undefined): string {
  if (!basePath || basePath === NO_BASE_PATH) return NO_BASE_PATH;
  if (!/^[\w.~!$&'()*+,;=:@%-]+(\/[\w.~!$&'()*+,;=:@%-]+)*$/.test(basePath)) {
    throw badRequest(
      "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
    );
  }
  return basePath;
}

const text = (path: string, name: "basePath" | "restApiId" | "stage"): PatchRule<kept.BasePathMapping> => ({
  path,
  ops: name === "stage" ? ["replace", "remove", "add"] : ["replace"],
  apply: (draft, { value }) => {
    if (name === "stage" && !value) delete draft.stage;
    else draft[name] = value ?? "";
  },
});

const patches: PatchRule<kept.BasePathMapping>[] = [
  text("/basePath", "basePath"),
  text("/basepath", "basePath"),
  text("/restapiId", "restApiId"),
  text("/restApiId", "restApiId"),
  text("/stage", "stage"),
];
