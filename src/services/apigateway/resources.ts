import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import {
  badPathPart,
  badRequest,
  belowGreedy,
  noRootChange,
  resourceExists,
  resourceNotFound,
  siblingVariable,
  tooManyResources,
} from "./errors.ts";
import { findApi } from "./find-api.ts";
import { newShortId } from "./identifiers.ts";
import { page } from "./pages.ts";
import { type PatchRule, patched } from "./patch.ts";

/** @throws NotFoundException, in the resource's words also where there is no such API */
export function findResource(ctx: Context, restApiId: string, resourceId: string): kept.Resource {
  const resource = ctx.store.collection(kept.resources).get([restApiId, resourceId]);
  if (!resource) throw resourceNotFound();
  return resource;
}

export const allResources = (ctx: Context, restApiId: string): kept.Resource[] => [
  ...ctx.store.collection(kept.resources).values({ prefix: [restApiId] }),
];

export const resources: Handlers<APIGateway.Operations> = {
  CreateResource({ restApiId, parentId, pathPart }, ctx) {
    findApi(ctx, restApiId);
    const parent = findResource(ctx, restApiId, parentId);
    const resource = newResource(parent, pathPart, allResources(ctx, restApiId), newShortId(ctx.random));
    ctx.store.collection(kept.resources).put([restApiId, resource.id], resource);
    return answer(resource, false);
  },

  GetResource({ restApiId, resourceId, embed }, ctx) {
    return answer(findResource(ctx, restApiId, resourceId), embed?.includes("methods") ?? false);
  },

  GetResources(input, ctx) {
    findApi(ctx, input.restApiId);
    const { items, position } = page(allResources(ctx, input.restApiId), input, ({ id }) => [id]);
    const embed = input.embed?.includes("methods") ?? false;
    return { items: items.map((resource) => answer(resource, embed)), position };
  },

  UpdateResource({ restApiId, resourceId, patchOperations }, ctx) {
    const before = findResource(ctx, restApiId, resourceId);
    const all = allResources(ctx, restApiId);
    const { parentId, pathPart } = patched(before, patchOperations, patches);
    if (before.parentId === undefined && patchOperations?.length)
      throw badRequest("Root resource cannot be updated");
    const parent = all.find((candidate) => candidate.id === parentId);
    if (!parent) throw resourceNotFound();
    if (isBelow(parent, resourceId, all)) throw badRequest("Resources cannot be cyclical.");
    const others = all.filter((other) => other.id !== resourceId);
    const moved = { ...newResource(parent, pathPart ?? "", others, resourceId), methods: before.methods };
    ctx.store.transaction(() => putMoved(ctx, restApiId, moved, all));
    return answer(moved, false);
  },

  DeleteResource({ restApiId, resourceId }, ctx) {
    const resource = findResource(ctx, restApiId, resourceId);
    if (resource.parentId === undefined) throw noRootChange();
    const all = allResources(ctx, restApiId);
    ctx.store.transaction(() => {
      for (const each of all) {
        if (isBelow(each, resourceId, all)) ctx.store.collection(kept.resources).delete([restApiId, each.id]);
      }
    });
  },
};

/** Beside its root. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MOST_RESOURCES = 300;

/** A resource below a parent. @throws BadRequestException, ConflictException for a path that cannot stand there, LimitExceededException */
export function newResource(
  parent: kept.Resource,
  pathPart: string,
  all: readonly kept.Resource[],
  id: string,
): kept.Resource {
  if (!/^(?:[a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\})$/.test(pathPart)) throw badPathPart();
  if (/\+\}$/.test(parent.path)) throw belowGreedy(parent.path);
  if (all.length > MOST_RESOURCES) throw tooManyResources();
  const siblings = all.filter((other) => other.parentId === parent.id);
  if (siblings.some((sibling) => sibling.pathPart === pathPart)) throw resourceExists(pathPart);
  const variable = pathPart.startsWith("{");
  // A greedy variable may stand beside a plain one; two of the same kind may not.
  const rival = siblings.find(
    (sibling) =>
      variable &&
      sibling.pathPart?.startsWith("{") &&
      sibling.pathPart.endsWith("+}") === pathPart.endsWith("+}"),
  );
  if (rival) throw siblingVariable(rival.id);
  return {
    id,
    parentId: parent.id,
    pathPart,
    path: `${parent.path.replace(/\/$/, "")}/${pathPart}`,
    methods: {},
  };
}

/** As an answer: method names always, whole methods only when asked for. */
function answer(resource: kept.Resource, embed: boolean): APIGateway.Resource {
  const { methods, ...rest } = resource;
  const names = Object.keys(methods);
  if (names.length === 0) return rest;
  return {
    ...rest,
    resourceMethods: embed ? { ...methods } : Object.fromEntries(names.map((name) => [name, {}])),
  };
}

/** Is a resource another one, or somewhere below it? */
function isBelow(resource: kept.Resource, ancestorId: string, all: readonly kept.Resource[]): boolean {
  let place: kept.Resource | undefined = resource;
  while (place) {
    if (place.id === ancestorId) return true;
    const { parentId }: kept.Resource = place;
    place = all.find((candidate) => candidate.id === parentId);
  }
  return false;
}

/** Writes a resource whose path has changed, and the paths of everything below it. */
function putMoved(
  ctx: Context,
  restApiId: string,
  moved: kept.Resource,
  all: readonly kept.Resource[],
): void {
  ctx.store.collection(kept.resources).put([restApiId, moved.id], moved);
  for (const child of all.filter((candidate) => candidate.parentId === moved.id)) {
    putMoved(ctx, restApiId, { ...child, path: `${moved.path}/${child.pathPart}` }, all);
  }
}

const patches: PatchRule<kept.Resource>[] = [
  {
    path: "/parentId",
    ops: ["replace"],
    apply: (draft, { value }) => Object.assign(draft, { parentId: value }),
  },
  {
    path: "/pathPart",
    ops: ["replace"],
    apply: (draft, { value }) => Object.assign(draft, { pathPart: value }),
  },
];
