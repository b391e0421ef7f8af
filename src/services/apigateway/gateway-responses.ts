import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest, gatewayResponseNotFound, noSuchParameter } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { page } from "./pages.ts";
import { entries, member, type PatchRule, patched, pathRefusal } from "./patch.ts";

/** All types, with the statuses that AWS gives them. The two families have none of their own. */
const STATUS_OF_TYPE: Readonly<Record<string, string | undefined>> = {
  ACCESS_DENIED: "403",
  API_CONFIGURATION_ERROR: "500",
  AUTHORIZER_CONFIGURATION_ERROR: "500",
  AUTHORIZER_FAILURE: "500",
  BAD_REQUEST_BODY: "400",
  BAD_REQUEST_PARAMETERS: "400",
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: "403",
  INTEGRATION_FAILURE: "504",
  INTEGRATION_TIMEOUT: "504",
  INVALID_API_KEY: "403",
  INVALID_SIGNATURE: "403",
  MISSING_AUTHENTICATION_TOKEN: "403",
  QUOTA_EXCEEDED: "429",
  REQUEST_TOO_LARGE: "413",
  RESOURCE_NOT_FOUND: "404",
  THROTTLED: "429",
  UNAUTHORIZED: "401",
  UNSUPPORTED_MEDIA_TYPE: "415",
  WAF_FILTERED: "403",
};

const DEFAULT_TEMPLATES = { "application/json": '{"message":$context.error.messageString}' };

/** A type's response where the API has none of its own: the one that its family was given, else AWS's. */
function byDefault(ctx: Context, restApiId: string, responseType: string): kept.GatewayResponse {
  const statusCode = STATUS_OF_TYPE[responseType];
  const family = statusCode && `DEFAULT_${statusCode[0]}XX`;
  const inherited = family && ctx.store.collection(kept.gatewayResponses).get([restApiId, family]);
  if (inherited) {
    return {
      ...inherited,
      responseType,
      statusCode: inherited.statusCode ?? statusCode,
      defaultResponse: true,
    };
  }
  return {
    responseType,
    ...(statusCode && { statusCode }),
    responseParameters: {},
    responseTemplates: DEFAULT_TEMPLATES,
    defaultResponse: true,
  };
}

export const gatewayResponses: Handlers<APIGateway.Operations> = {
  PutGatewayResponse({ restApiId, responseType, ...input }, ctx) {
    findApi(ctx, restApiId);
    const response = newGatewayResponse(responseType, input);
    ctx.store.collection(kept.gatewayResponses).put([restApiId, responseType], response);
    return response;
  },

  GetGatewayResponse({ restApiId, responseType }, ctx) {
    findApi(ctx, restApiId);
    return responseOf(ctx, restApiId, responseType);
  },

  GetGatewayResponses(input, ctx) {
    findApi(ctx, input.restApiId);
    const all = Object.keys(STATUS_OF_TYPE).map((type) => responseOf(ctx, input.restApiId, type));
    return page(all, input, ({ responseType }) => [responseType], 500);
  },

  UpdateGatewayResponse({ restApiId, responseType, patchOperations }, ctx) {
    findApi(ctx, restApiId);
    const before = responseOf(ctx, restApiId, responseType);
    const response = { ...patched(before, patchOperations, patches, pathRefusal), defaultResponse: false };
    check(response);
    ctx.store.collection(kept.gatewayResponses).put([restApiId, responseType], response);
    return response;
  },

  DeleteGatewayResponse({ restApiId, responseType }, ctx) {
    findApi(ctx, restApiId);
    const deleted = ctx.store.collection(kept.gatewayResponses).delete([restApiId, responseType]);
    if (!deleted) throw gatewayResponseNotFound();
  },
};

const responseOf = (ctx: Context, restApiId: string, type: string): kept.GatewayResponse =>
  ctx.store.collection(kept.gatewayResponses).get([restApiId, type]) ?? byDefault(ctx, restApiId, type);

/** A customised gateway response, complete. @throws BadRequestException */
export function newGatewayResponse(
  responseType: string,
  input: Omit<APIGateway.PutGatewayResponseRequest, "restApiId" | "responseType">,
): kept.GatewayResponse {
  const statusCode = input.statusCode ?? STATUS_OF_TYPE[responseType];
  const response: kept.GatewayResponse = {
    responseType,
    ...(statusCode && { statusCode }),
    responseParameters: input.responseParameters ?? {},
    responseTemplates: input.responseTemplates ?? DEFAULT_TEMPLATES,
    defaultResponse: false,
  };
  check(response);
  return response;
}

function check({ statusCode, responseParameters }: kept.GatewayResponse): void {
  if (statusCode !== undefined && !/^[1-5]\d\d$/.test(statusCode))
    throw badRequest("Invalid status code specified");
  for (const name of Object.keys(responseParameters ?? {})) {
    if (!/^gatewayresponse\.(header|path|querystring)\.\S+$/.test(name)) {
      throw badRequest(`Invalid gateway response parameter: ${name}`);
    }
  }
}

const patches: PatchRule<kept.GatewayResponse>[] = [
  member("statusCode"),
  entries("/responseParameters", { absent: noSuchParameter, keepsEmpty: true, wantsValue: true }),
  entries("/responseTemplates", { keepsEmpty: true, wantsValue: true }),
];
