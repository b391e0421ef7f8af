import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import {
  badRequest,
  documentationPartExists,
  documentationPartNotFound,
  documentationVersionExists,
  documentationVersionNotFound,
} from "./errors.ts";
import { findApi } from "./find-api.ts";
import { newShortId } from "./identifiers.ts";
import { parseDefinition, prepareDefinition } from "./openapi/document.ts";
import { documentationParts as partsOf } from "./openapi/documentation.ts";
import { page, pageOf } from "./pages.ts";
import { member, type PatchRule, patched, required } from "./patch.ts";
import { findStage } from "./stages.ts";

type Location = APIGateway.DocumentationPartLocation;

export const documentation: Handlers<APIGateway.Operations> = {
  CreateDocumentationPart({ restApiId, location, properties }, ctx) {
    findApi(ctx, restApiId);
    const part = { id: newShortId(ctx.random), location: completed(location), properties };
    checkProperties(properties);
    if (partAt(ctx, restApiId, part.location)) throw documentationPartExists();
    ctx.store.collection(kept.documentationParts).put([restApiId, part.id], part);
    return part;
  },

  GetDocumentationPart: (input, ctx) => findPart(ctx, input.restApiId, input.documentationPartId),

  GetDocumentationParts(input, ctx) {
    findApi(ctx, input.restApiId);
    const all = allParts(ctx, input.restApiId).filter(
      ({ location }) =>
        (input.type === undefined || location.type === input.type) &&
        (input.path === undefined || location.path === input.path) &&
        (input.nameQuery === undefined || location.name?.includes(input.nameQuery)),
    );
    return page(input.locationStatus === "UNDOCUMENTED" ? [] : all, input, ({ location }) => [
      placeOf(location),
    ]);
  },

  UpdateDocumentationPart({ restApiId, documentationPartId, patchOperations }, ctx) {
    const part = patched(findPart(ctx, restApiId, documentationPartId), patchOperations, partPatches);
    checkProperties(part.properties);
    ctx.store.collection(kept.documentationParts).put([restApiId, documentationPartId], part);
    return part;
  },

  DeleteDocumentationPart({ restApiId, documentationPartId }, ctx) {
    findPart(ctx, restApiId, documentationPartId);
    ctx.store.collection(kept.documentationParts).delete([restApiId, documentationPartId]);
  },

  async ImportDocumentationParts({ restApiId, mode, body }, ctx) {
    await prepareDefinition(body);
    findApi(ctx, restApiId);
    const given = partsOf(parseDefinition(body));
    return ctx.store.transaction(() => ({ ids: putParts(ctx, restApiId, given, mode ?? "merge") }));
  },

  CreateDocumentationVersion({ restApiId, documentationVersion: version, stageName, description }, ctx) {
    findApi(ctx, restApiId);
    const versions = ctx.store.collection(kept.documentationVersions);
    if (versions.has([restApiId, version])) throw documentationVersionExists();
    const stage = stageName === undefined ? undefined : findStage(ctx, restApiId, stageName);
    const made = {
      version,
      createdDate: new Date(ctx.clock.now()),
      ...(description !== undefined && { description }),
    };
    versions.put([restApiId, version], { ...made, parts: allParts(ctx, restApiId) });
    if (stage) {
      ctx.store
        .collection(kept.stages)
        .put([restApiId, stage.stageName], { ...stage, documentationVersion: version });
    }
    return made;
  },

  GetDocumentationVersion: (input, ctx) =>
    answer(findVersion(ctx, input.restApiId, input.documentationVersion)),

  GetDocumentationVersions(input, ctx) {
    findApi(ctx, input.restApiId);
    const versions = ctx.store.collection(kept.documentationVersions);
    const { items, position } = pageOf(versions, input, { prefix: [input.restApiId] });
    return { items: items.map(answer), position };
  },

  UpdateDocumentationVersion({ restApiId, documentationVersion, patchOperations }, ctx) {
    const version = patched(
      findVersion(ctx, restApiId, documentationVersion),
      patchOperations,
      versionPatches,
    );
    ctx.store.collection(kept.documentationVersions).put([restApiId, documentationVersion], version);
    return answer(version);
  },

  DeleteDocumentationVersion({ restApiId, documentationVersion }, ctx) {
    findVersion(ctx, restApiId, documentationVersion);
    ctx.store.collection(kept.documentationVersions).delete([restApiId, documentationVersion]);
  },
};

type Version = kept.DocumentationVersion & { parts: kept.DocumentationPart[] };

const answer = ({ parts: _, ...version }: Version): APIGateway.DocumentationVersion => version;

const allParts = (ctx: Context, restApiId: string): kept.DocumentationPart[] => [
  ...ctx.store.collection(kept.documentationParts).values({ prefix: [restApiId] }),
];

function findPart(ctx: Context, restApiId: string, id: string): kept.DocumentationPart {
  const part = ctx.store.collection(kept.documentationParts).get([restApiId, id]);
  if (!part) throw documentationPartNotFound();
  return part;
}

function findVersion(ctx: Context, restApiId: string, version: string): Version {
  const found = ctx.store.collection(kept.documentationVersions).get([restApiId, version]);
  if (!found) throw documentationVersionNotFound();
  return found;
}

/** Places below a path stand at the root and at any method unless they say otherwise; those without a path have neither. */
function completed(location: Location): Location {
  if (["API", "AUTHORIZER", "MODEL"].includes(location.type)) return location;
  const withPath = { path: "/", ...location };
  if (location.type === "RESOURCE") return withPath;
  const withMethod = { ...withPath, method: location.method ?? "*" };
  return location.type.startsWith("RESPONSE")
    ? { ...withMethod, statusCode: location.statusCode ?? "*" }
    : withMethod;
}

const placeOf = ({ type, path = "", method = "", statusCode = "", name = "" }: Location): string =>
  [type, path, method, statusCode, name].join("\u0000");

function partAt(ctx: Context, restApiId: string, location: Location): kept.DocumentationPart | undefined {
  const place = placeOf(location);
  return allParts(ctx, restApiId).find((part) => placeOf(part.location) === place);
}

/** Writes parts of a definition; with `merge` a part that is there gets the new properties beside its own. */
export function putParts(
  ctx: Context,
  restApiId: string,
  given: readonly { location: Location; properties: Record<string, unknown> }[],
  mode: string,
): string[] {
  const collection = ctx.store.collection(kept.documentationParts);
  if (mode === "overwrite") collection.clear({ prefix: [restApiId] });
  return given.map(({ location, properties }) => {
    const whole = completed(location);
    const before = partAt(ctx, restApiId, whole);
    const merged = { ...(before && (readJson(before.properties) as object)), ...properties };
    const part = {
      id: before?.id ?? newShortId(ctx.random),
      location: whole,
      properties: JSON.stringify(merged),
    };
    collection.put([restApiId, part.id], part);
    return part.id;
  });
}

function checkProperties(properties: string): void {
  try {
    if (typeof readJson(properties) === "object") return;
  } catch {
    // Said below.
  }
  throw badRequest("Properties must be a valid JSON object");
}

const partPatches: PatchRule<kept.DocumentationPart>[] = [required("properties")];
const versionPatches: PatchRule<Version>[] = [member("description")];
