import type { Draft } from "../draft.ts";
import { InvalidEvent, InvalidSamTemplate, invalidResource } from "../errors.ts";
import { aMap, inResource } from "../expect.ts";
import { sub } from "../intrinsics.ts";
import {
  addAuthorizer,
  addLambdaIntegration,
  addPathParameters,
  DEFAULT_PATH,
  isAnsweredBy,
  isOpenApi,
  openApiPaths,
  setIntegration,
} from "../openapi/http.ts";
import { ANY_METHOD, isIntegrated } from "../openapi/paths.ts";
import { map, text, whole } from "../properties.ts";
import { resourcesOf } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { apiIdOf, invocationUri } from "./api.ts";
import { type AuthorizedMethod, cannotAuthorize, checkKinds, NO_DEFAULT } from "./api-auth.ts";
import type { EventContext, EventType, SamEvent } from "./event.ts";
import { arnText, invokePermission } from "./permission.ts";

/** `HttpApi`: a route of an HTTP API invokes a function. */
export const httpApi: EventType = {
  types: {
    Path: text,
    Method: text,
    ApiId: text,
    Stage: text,
    Auth: map,
    TimeoutInMillis: whole,
    RouteSettings: map,
    PayloadFormatVersion: text,
  },
  translate: (event, context) => {
    const { translation } = context;
    const id = apiIdOf(event.properties["ApiId"] ?? null);
    const resource = typeof id === "string" ? own(resourcesOf(translation.source), id) : undefined;
    if (!isMap(resource)) {
      throw new InvalidEvent(
        event.name,
        "ApiId must be a valid reference to an 'AWS::Serverless::HttpApi' resource in same template.",
      );
    }
    const api = aMap(resource["Properties"] ?? {}, inResource(String(id), "Properties"));
    const at: AuthorizedMethod = {
      event,
      path: String(event.properties["Path"]),
      method: String(event.properties["Method"]).toLowerCase(),
    };
    const permission = routePermission(at, String(id), api, context);
    integrate(at, String(id), api, context);
    return permission ? [permission] : [];
  },
};

function routePermission(
  at: AuthorizedMethod,
  id: string,
  api: Values,
  { target }: EventContext,
): Draft | undefined {
  const document = api["DefinitionBody"];
  if (isFilled(document)) checkDocument(id, document);
  let path = at.path.replace(/^(.+)\/$/, "$1");
  if (path === DEFAULT_PATH) path = "";
  else if (isFilled(document) && isAnsweredBy(document as Values, DEFAULT_PATH, ANY_METHOD, target.id)) {
    // The permission of the default route covers all others.
    return undefined;
  }
  path = path.replace(/\{([a-zA-Z0-9._-]+|proxy\+)\}/g, "*");
  const method = at.method === "any" || at.method === ANY_METHOD ? "*" : at.method.toUpperCase();
  const route = at.method === "any" && path === `/${DEFAULT_PATH}` ? path : `/${method}${path}`;
  return invokePermission(target, {
    prefix: at.event.id,
    principal: "apigateway.amazonaws.com",
    sourceArn: sub(arnText("${AWS::Partition}", "execute-api", `\${__ApiId__}/\${__Stage__}${route}`), {
      __ApiId__: at.event.properties["ApiId"] as Value,
      __Stage__: "*",
    }),
  });
}

function checkDocument(id: string, document: Value): void {
  if (isOpenApi(document)) return;
  try {
    openApiPaths(document);
  } catch (error) {
    if (error instanceof InvalidSamTemplate) throw invalidResource(id, error.faults.join(" "));
    throw error;
  }
}

function integrate(at: AuthorizedMethod, id: string, api: Values, { target }: EventContext): void {
  const { event, path, method } = at;
  const document = own(api, "DefinitionBody") as Values | undefined;
  if (document === undefined) return;
  if (isFilled(api["__MANAGE_SWAGGER"]) && isIntegrated(openApiPaths(document), path, method)) {
    throw new InvalidEvent(event.name, `API method '${method}' defined multiple times for path '${path}'.`);
  }
  const { Auth, TimeoutInMillis, PayloadFormatVersion } = event.properties;
  addLambdaIntegration(
    document,
    path,
    method,
    invocationUri(target, "${AWS::Partition}"),
    own(target.attributes, "Condition"),
  );
  if (isFilled(Auth)) authorize(at, id, api, document, Auth as Values);
  if (isFilled(TimeoutInMillis)) setIntegration(document, path, method, "timeoutInMillis", TimeoutInMillis);
  const parameters = [...path.matchAll(/\{(.*?)\}/g)].map(([, name]) => name as string);
  if (parameters.length > 0) addPathParameters(document, path, method, parameters);
  if (isFilled(PayloadFormatVersion)) {
    setIntegration(document, path, method, "payloadFormatVersion", PayloadFormatVersion);
  }
}

function authorize(at: AuthorizedMethod, id: string, api: Values, document: Values, auth: Values): void {
  const declared = aMap(api["Auth"] ?? {}, inResource(id, "Auth"));
  const authorizer = isFilled(auth["Authorizer"]) ? auth["Authorizer"] : declared["DefaultAuthorizer"];
  if (!isFilled(authorizer)) {
    throw new InvalidEvent(
      at.event.name,
      "'Auth' section requires either an explicit 'Authorizer' set or a 'DefaultAuthorizer' configured on the HttpApi.",
    );
  }
  const authorizers = declared["Authorizers"];
  const isIam = authorizer === "AWS_IAM" && declared["EnableIamAuthorizer"] === true;
  if (authorizer !== "NONE" && !isIam) checkKinds(at, authorizer, isFilled(declared) ? authorizers : {});
  if (authorizer === "NONE") {
    if (!isFilled(declared["DefaultAuthorizer"])) throw cannotAuthorize(at, undefined, NO_DEFAULT);
  } else if (!isIam) {
    if (!isFilled(authorizers)) {
      throw cannotAuthorize(at, authorizer, "because the related API does not define any Authorizers.");
    }
    if (!isFilled(own(authorizers as Values, String(authorizer)))) {
      throw cannotAuthorize(at, authorizer, "because it wasn't defined in the API's Authorizers.");
    }
  }
  const scopes = auth["AuthorizationScopes"];
  if (isFilled(scopes) && !Array.isArray(scopes)) {
    throw cannotAuthorize(at, undefined, "because 'AuthorizationScopes' must be a list of strings.");
  }
  addAuthorizer(
    document,
    at.path,
    at.method,
    String(authorizer),
    isMap(authorizers) ? authorizers : undefined,
    scopes,
  );
}

export type { SamEvent };
