import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { apiExists, apiHasMappings, badRequest } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { CUSTOM_ID_TAG, newId } from "./identifiers.ts";
import { defaultModels } from "./models.ts";
import { pageOf } from "./pages.ts";
import {
  entries,
  items,
  member,
  namedRefusal,
  operationRefusal,
  type PatchRule,
  parseValue,
  patched,
  type Refusal,
  required,
  valueItems,
} from "./patch.ts";

/** An API as an answer: AWS gives the policy with its quotes escaped. */
export function answerApi(api: kept.RestApi): APIGateway.RestApi {
  return { ...api, ...(api.policy && { policy: JSON.stringify(api.policy).slice(1, -1) }) };
}

export const restApis: Handlers<APIGateway.Operations> = {
  CreateRestApi(input, ctx) {
    const id = input.tags?.[CUSTOM_ID_TAG] ?? newId(ctx.random);
    if (ctx.store.collection(kept.restApis).has([id])) throw apiExists(id);
    if (input.name.trim() === "") throw badRequest("API name cannot be empty");
    if (input.description === "") throw badRequest("Description cannot be an empty string");
    checkCompression(input.minimumCompressionSize);
    checkEndpoint(input.endpointConfiguration);
    const api = blankApi(input, id, ctx);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.restApis).put([id], api);
      if (input.cloneFrom) clone(findApi(ctx, input.cloneFrom), api, ctx);
      else putBlank(api, ctx);
    });
    return answerApi(api);
  },

  /** As recorded: it has tags, if none in them; those that are listed have not. */
  GetRestApi({ restApiId }, ctx) {
    const api = findApi(ctx, restApiId);
    return answerApi({ ...api, tags: api.tags ?? {} });
  },

  GetRestApis(input, ctx) {
    const { items, position } = pageOf(ctx.store.collection(kept.restApis), input);
    return { items: items.map(answerApi), position };
  },

  UpdateRestApi({ restApiId, patchOperations }, ctx) {
    const api = patched(findApi(ctx, restApiId), patchOperations, patches, refusal);
    checkCompression(api.minimumCompressionSize);
    checkAddressType(api.endpointConfiguration);
    // As recorded: an API that was changed has tags from then on, if none in them.
    const changed = { ...api, tags: api.tags ?? {} };
    ctx.store.collection(kept.restApis).put([restApiId], changed);
    return answerApi(changed);
  },

  DeleteRestApi({ restApiId }, ctx) {
    findApi(ctx, restApiId);
    for (const mapping of ctx.store.collection(kept.basePathMappings).values()) {
      if (mapping.restApiId === restApiId) throw apiHasMappings();
    }
    ctx.store.transaction(() => {
      ctx.store.collection(kept.restApis).delete([restApiId]);
      for (const collection of kept.belowApi) {
        ctx.store.collection(collection).clear({ prefix: [restApiId] });
      }
    });
  },
};

/** A new API's own record; nothing is written. */
export function blankApi(input: APIGateway.CreateRestApiRequest, id: string, ctx: Context): kept.RestApi {
  const { cloneFrom: _, tags, endpointConfiguration, ...given } = input;
  return {
    ...given,
    id,
    createdDate: new Date(ctx.clock.now()),
    apiKeySource: input.apiKeySource ?? "HEADER",
    endpointConfiguration: {
      types: ["EDGE"],
      ipAddressType: endpointConfiguration?.types?.includes("PRIVATE") ? "dualstack" : "ipv4",
      ...endpointConfiguration,
    },
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    rootResourceId: newId(ctx.random),
    apiStatus: "AVAILABLE",
    ...(tags && { tags }),
  };
}

/** What every new API has: its root resource, and the models Empty and Error. */
export function putBlank(api: kept.RestApi, ctx: Context): void {
  ctx.store.collection(kept.resources).put([api.id, api.rootResourceId], {
    id: api.rootResourceId,
    path: "/",
    methods: {},
  });
  for (const model of defaultModels(ctx.random))
    ctx.store.collection(kept.models).put([api.id, model.name], model);
}

function clone(from: kept.RestApi, to: kept.RestApi, ctx: Context): void {
  const roots = (id: string) => (id === from.rootResourceId ? to.rootResourceId : id);
  for (const resource of ctx.store.collection(kept.resources).values({ prefix: [from.id] })) {
    const id = roots(resource.id);
    const parentId = resource.parentId && roots(resource.parentId);
    ctx.store.collection(kept.resources).put([to.id, id], { ...resource, id, ...(parentId && { parentId }) });
  }
  for (const definition of kept.cloned) {
    const collection = ctx.store.collection(definition);
    for (const { key, value } of collection.entries({ prefix: [from.id] }))
      collection.put([to.id, ...key.slice(1)], value);
  }
}

function checkCompression(size: number | undefined): void {
  if (size !== undefined && (size < 0 || size > 10_485_760)) {
    throw badRequest("Invalid minimum compression size, must be between 0 and 10485760");
  }
}

function checkEndpoint(endpoint: APIGateway.EndpointConfiguration | undefined): void {
  if (endpoint?.types?.length === 0)
    throw badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
  if ((endpoint?.types?.length ?? 0) > 1)
    throw badRequest("Cannot create an api with multiple Endpoint Types.");
}

function checkAddressType({ types, ipAddressType }: APIGateway.EndpointConfiguration): void {
  if (types?.includes("PRIVATE") && ipAddressType === "ipv4")
    throw badRequest("Only dualstack ipAddressType is supported for Private APIs.");
}

/** As recorded, the endpoint's parts have words of their own for an operation that they do not take. */
const refusal: Refusal = (refused) => {
  if (refused.path?.startsWith("/endpointConfiguration/types/"))
    return badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
  if (refused.path === "/endpointConfiguration/ipAddressType") return operationRefusal(refused);
  return namedRefusal(refused);
};

const ENDPOINT_TYPES = ["REGIONAL", "EDGE", "PRIVATE"];

const patches: PatchRule<kept.RestApi>[] = [
  required("name"),
  member("description"),
  member("version"),
  member("policy", "text", ["replace", "remove"]),
  required("apiKeySource"),
  member("disableExecuteApiEndpoint", "boolean"),
  {
    path: "/minimumCompressionSize",
    ops: ["add", "replace", "remove"],
    // An empty value switches compression off, as no size at all does.
    apply: (draft, { value }) => {
      if (!value) delete draft.minimumCompressionSize;
      else draft.minimumCompressionSize = Number(parseValue("integer", value, "/minimumCompressionSize"));
    },
  },
  member("securityPolicy"),
  member("endpointAccessMode"),
  items("/binaryMediaTypes"),
  {
    path: "/endpointConfiguration/types/{type}",
    ops: ["add", "remove", "replace"],
    apply: (draft, { op, value }) => {
      if (op === "remove") return;
      if (value === undefined || !ENDPOINT_TYPES.includes(value)) {
        throw badRequest(`Invalid EndpointTypes specified. Valid options are ${ENDPOINT_TYPES.join(",")}`);
      }
      const ipAddressType = value === "PRIVATE" ? "dualstack" : draft.endpointConfiguration.ipAddressType;
      draft.endpointConfiguration = { ...draft.endpointConfiguration, types: [value], ipAddressType };
    },
  },
  {
    path: "/endpointConfiguration/ipAddressType",
    ops: ["replace"],
    apply: (draft, { value }) => {
      if (value !== "ipv4" && value !== "dualstack")
        throw badRequest("ipAddressType must be either ipv4 or dualstack.");
      draft.endpointConfiguration = { ...draft.endpointConfiguration, ipAddressType: value };
    },
  },
  valueItems("/endpointConfiguration/vpcEndpointIds"),
  entries("/tags"),
];
