import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import {
  badRequest,
  invalidAuthorizer,
  methodExists,
  methodNotFound,
  noSuchContentType,
  noSuchParameter,
  responseExists,
  responseNotFound,
} from "./errors.ts";
import { entries, flag, member, operationRefusal, type PatchRule, patched, valueItems } from "./patch.ts";
import { findResource } from "./resources.ts";

const HTTP_METHODS = new Set(["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
const AUTHORIZATION_TYPES = new Set(["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]);
const REQUEST_PARAMETER =
  /^method\.request\.(querystring|path|header|multivaluequerystring|multivalueheader)\.\S+$/;

interface MethodPlace {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
}

/** @throws NotFoundException for the resource, then for the method */
export function findMethod(
  ctx: Context,
  place: MethodPlace,
): { resource: kept.Resource; method: kept.Method } {
  const resource = findResource(ctx, place.restApiId, place.resourceId);
  const method = Object.hasOwn(resource.methods, place.httpMethod)
    ? resource.methods[place.httpMethod]
    : undefined;
  if (!method) throw methodNotFound();
  return { resource, method };
}

/** Writes a method back into its resource. */
export function putMethod(
  ctx: Context,
  restApiId: string,
  resource: kept.Resource,
  method: kept.Method,
): void {
  const methods = { ...resource.methods, [method.httpMethod]: method };
  ctx.store.collection(kept.resources).put([restApiId, resource.id], { ...resource, methods });
}

export const methods: Handlers<APIGateway.Operations> = {
  PutMethod({ restApiId, resourceId, ...input }, ctx) {
    const resource = findResource(ctx, restApiId, resourceId);
    if (Object.hasOwn(resource.methods, input.httpMethod)) throw methodExists();
    const authorizationType = input.authorizationType.toUpperCase();
    const method = withoutStrayAuthorizer({
      ...input,
      authorizationType,
      apiKeyRequired: input.apiKeyRequired ?? false,
    });
    checkMethod(ctx, restApiId, method);
    putMethod(ctx, restApiId, resource, method);
    return method;
  },

  GetMethod: (input, ctx) => findMethod(ctx, input).method,

  UpdateMethod(input, ctx) {
    const { resource, method } = findMethod(ctx, input);
    const updated = withoutStrayAuthorizer(patched(method, input.patchOperations, patches, operationRefusal));
    checkMethod(ctx, input.restApiId, updated);
    putMethod(ctx, input.restApiId, resource, updated);
    return updated;
  },

  DeleteMethod(input, ctx) {
    const { resource, method } = findMethod(ctx, input);
    const { [method.httpMethod]: _, ...methods } = resource.methods;
    ctx.store.collection(kept.resources).put([input.restApiId, resource.id], { ...resource, methods });
  },

  PutMethodResponse(input, ctx) {
    const { resource, method } = findMethod(ctx, input);
    if (method.methodResponses?.[input.statusCode]) throw responseExists();
    const { statusCode, responseParameters, responseModels } = input;
    const response: APIGateway.MethodResponse = {
      statusCode,
      ...(responseParameters && { responseParameters }),
      ...(responseModels && { responseModels }),
    };
    checkResponse(response);
    putMethod(ctx, input.restApiId, resource, withResponse(method, input.statusCode, response));
    return response;
  },

  GetMethodResponse: (input, ctx) => findResponse(findMethod(ctx, input).method, input.statusCode),

  UpdateMethodResponse(input, ctx) {
    const { resource, method } = findMethod(ctx, input);
    const response = patched(findResponse(method, input.statusCode), input.patchOperations, responsePatches);
    checkResponse(response);
    putMethod(ctx, input.restApiId, resource, withResponse(method, input.statusCode, response));
    return response;
  },

  DeleteMethodResponse(input, ctx) {
    const { resource, method } = findMethod(ctx, input);
    findResponse(method, input.statusCode);
    const { [input.statusCode]: _, ...methodResponses } = method.methodResponses ?? {};
    putMethod(ctx, input.restApiId, resource, { ...method, methodResponses });
  },
};

function findResponse(method: kept.Method, statusCode: string): APIGateway.MethodResponse {
  const response = method.methodResponses?.[statusCode];
  if (!response) throw responseNotFound();
  return response;
}

const withResponse = (
  method: kept.Method,
  statusCode: string,
  response: APIGateway.MethodResponse,
): kept.Method => ({ ...method, methodResponses: { ...method.methodResponses, [statusCode]: response } });

const AUTHORIZED = new Set(["CUSTOM", "COGNITO_USER_POOLS"]);

/** An authorizer is only kept where the method has use for one; elsewhere any id is passed over, as recorded. */
function withoutStrayAuthorizer(method: kept.Method): kept.Method {
  if (AUTHORIZED.has(method.authorizationType)) return method;
  const { authorizerId: _, ...rest } = method;
  return rest;
}

function checkMethod(ctx: Context, restApiId: string, method: kept.Method): void {
  if (!HTTP_METHODS.has(method.httpMethod)) {
    throw badRequest(
      "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
    );
  }
  if (!AUTHORIZATION_TYPES.has(method.authorizationType)) {
    throw badRequest(
      "Invalid Authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS",
    );
  }
  if (AUTHORIZED.has(method.authorizationType)) {
    const id = method.authorizerId ?? "";
    if (!ctx.store.collection(kept.authorizers).has([restApiId, id])) throw invalidAuthorizer();
  }
  if (
    method.requestValidatorId &&
    !ctx.store.collection(kept.requestValidators).has([restApiId, method.requestValidatorId])
  ) {
    throw badRequest("Invalid Request Validator identifier specified");
  }
  for (const name of Object.values(method.requestModels ?? {})) {
    if (!ctx.store.collection(kept.models).has([restApiId, name])) {
      throw badRequest(`Invalid model identifier specified: ${name}`);
    }
  }
  for (const name of Object.keys(method.requestParameters ?? {})) {
    if (!REQUEST_PARAMETER.test(name)) {
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${name}]`,
      );
    }
  }
}

function checkResponse(response: APIGateway.MethodResponse): void {
  if (!/^[1-5]\d\d$/.test(response.statusCode ?? "")) throw badRequest("Invalid status code specified");
  for (const name of Object.keys(response.responseParameters ?? {})) {
    if (!/^method\.response\.header\.\S+$/.test(name)) {
      throw badRequest(
        `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${name}]`,
      );
    }
  }
}

const patches: PatchRule<kept.Method>[] = [
  {
    path: "/authorizationType",
    ops: ["replace"],
    apply: (draft, { value }) => {
      draft.authorizationType = value?.toUpperCase() ?? "";
    },
  },
  member("authorizerId"),
  flag("apiKeyRequired"),
  member("operationName"),
  member("requestValidatorId"),
  entries("/requestParameters", { kind: "boolean", absent: noSuchParameter }),
  entries("/requestModels", { absent: noSuchContentType }),
  valueItems("/authorizationScopes"),
];

const responsePatches: PatchRule<APIGateway.MethodResponse>[] = [
  entries("/responseParameters", { kind: "boolean", absent: noSuchParameter }),
  entries("/responseModels", { absent: noSuchContentType }),
];
