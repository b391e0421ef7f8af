import type { Draft, Target } from "../draft.ts";
import { InvalidEvent, invalidResource } from "../errors.ts";
import { aMap, inAttribute, inEvent, inResource } from "../expect.ts";
import { isIntrinsic, shorthand, sub } from "../intrinsics.ts";
import { isIntegrated } from "../openapi/paths.ts";
import {
  addLambdaIntegration,
  addRequestModel,
  addRequestParameters,
  addRequestValidator,
  addTimeout,
  pathPattern,
  type RequestParameter,
  swaggerPaths,
  swaggerSkeleton,
} from "../openapi/swagger.ts";
import { list, map, required, text, whole } from "../properties.ts";
import { pythonText } from "../python-json.ts";
import { resourcesOf, type Translation } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { authorizeMethod } from "./api-auth.ts";
import type { EventContext, EventType, SamEvent } from "./event.ts";
import { arnText, invokePermission } from "./permission.ts";

/** `Api`: a method of a REST API invokes a function. */
export const api: EventType = {
  types: {
    Path: required(text),
    Method: required(text),
    RestApiId: required(text),
    Stage: text,
    Auth: map,
    RequestModel: map,
    RequestParameters: list,
    TimeoutInMillis: whole,
    ResponseTransferMode: text,
  },
  translate: (event, context) => {
    const link = linkApi(event, context.translation);
    const method = apiMethod(event, link);
    const permission = methodPermission(event, method, link.stage, context);
    const { api } = link;
    if (api && (isFilled(api["__MANAGE_SWAGGER"]) || isFilled(api["MergeDefinitions"])))
      integrate(method, api, context);
    const auth = event.properties["Auth"];
    if (api && isFilled(api["DefinitionBody"]) && isMap(auth) && isFilled(auth["OverrideApiAuth"])) {
      if (!["Authorizer", "ApiKeyRequired", "ResourcePolicy"].some((name) => isFilled(auth[name]))) {
        throw new InvalidEvent(
          event.name,
          "Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the OverrideApiAuth property.",
        );
      }
      swaggerPaths(api["DefinitionBody"]);
      authorizeMethod(method, api["DefinitionBody"] as Values, api, auth, context.translation);
    }
    return [permission];
  },
};

/** The API that an event names, and its stage. */
export interface ApiLink {
  readonly id: Value;
  /** Its properties, where it is in the same template. */
  readonly api: Values | undefined;
  readonly stage: string;
}

/** A method of an API, as an event says it. */
export interface ApiMethod extends Omit<ApiLink, "stage"> {
  readonly event: SamEvent;
  readonly path: string;
  readonly method: string;
  /** The stage that a policy on the method names. */
  readonly stage: Value | undefined;
}

export function linkApi(event: SamEvent, translation: Translation): ApiLink {
  const id = apiIdOf(event.properties["RestApiId"] as Value);
  if (typeof id !== "string") return { id, api: undefined, stage: "AllStages" };
  const resource = aMap(
    own(resourcesOf(translation.source), id),
    inEvent(event.name, "RestApiId"),
    "RestApiId property of Api event must reference a valid resource in the same template.",
  );
  const properties = aMap(resource["Properties"] ?? {}, inAttribute(id, "Properties"));
  resource["Properties"] = properties;
  const stage = properties["StageName"];
  if (stage === "") throw invalidResource(id, "StageName cannot be empty.");
  return { id, api: properties, stage: typeof stage === "string" ? stage : "Stage" };
}

/** The logical id that a `Ref` names; anything else as it is. */
export function apiIdOf(value: Value): Value {
  return isMap(value) && Object.hasOwn(value, "Ref") ? (value["Ref"] as Value) : value;
}

export function apiMethod(event: SamEvent, link: ApiLink): ApiMethod {
  const method = String(event.properties["Method"]).toLowerCase();
  return { ...link, event, path: String(event.properties["Path"]), method };
}

function methodPermission(
  event: SamEvent,
  method: ApiMethod,
  stage: string,
  { target, translation }: EventContext,
): Draft {
  const path = pathPattern(method.path.replace(/^(.+)\/$/, "$1"));
  const verb = method.method === "any" ? "*" : method.method.toUpperCase();
  const text = arnText(translation.partition, "execute-api", `\${__ApiId__}/\${__Stage__}/${verb}${path}`);
  return invokePermission(target, {
    prefix: event.id,
    principal: "apigateway.amazonaws.com",
    sourceArn: sub(text, { __ApiId__: event.properties["RestApiId"] as Value, __Stage__: "*" }),
    suffix: stage,
  });
}

/** Where API Gateway invokes a function; streaming has another place. */
export function invocationUri(target: Target, partition: string, streams = false): Values {
  const [version, action] = streams
    ? ["2021-11-15", "response-streaming-invocations"]
    : ["2015-03-31", "invocations"];
  return sub(
    `arn:${partition}:apigateway:\${AWS::Region}:lambda:path/${version}/functions/${shorthand(target.arn)}/${action}`,
  );
}

/** The API's document has the method. */
function integrate(method: ApiMethod, api: Values, { target, translation }: EventContext): void {
  const { event, path } = method;
  const written = own(api, "DefinitionBody");
  if (written === undefined) return;
  const merges = isFilled(api["MergeDefinitions"]);
  const document = merges ? swaggerSkeleton() : (written as Values);
  if (isIntegrated(swaggerPaths(document), path, method.method)) {
    throw new InvalidEvent(
      event.name,
      `API method "${method.method}" defined multiple times for path "${path}".`,
    );
  }
  const auth = aMap(event.properties["Auth"] ?? {}, inEvent(event.name, "Auth"));
  const apiAuth = aMap(isFilled(api["Auth"]) ? api["Auth"] : {}, inResource(String(method.id), "Auth"));
  const streams = event.properties["ResponseTransferMode"] === "RESPONSE_STREAM";
  addLambdaIntegration(document, path, method.method, {
    uri: invocationUri(target, translation.partition, streams),
    condition: own(target.attributes, "Condition"),
    streams,
    credentials: callerRole(auth, apiAuth, translation.partition),
  });
  if (isFilled(auth)) authorizeMethod(method, document, api, auth, translation);
  describeRequest(method, document, api);
  if (merges) api["DefinitionBody"] = merge(method, written as Values, document);
}

/** With IAM's authorization, who invokes the function: the caller, a role, or API Gateway itself (`NONE`). */
function callerRole(auth: Values, apiAuth: Values, partition: string): Value | undefined {
  const isIam =
    auth["Authorizer"] === "AWS_IAM" || (apiAuth["DefaultAuthorizer"] === "AWS_IAM" && !isFilled(auth));
  if (!isIam) return undefined;
  const said = (where: Values) =>
    isFilled(where["InvokeRole"])
      ? where["InvokeRole"]
      : Object.hasOwn(where, "InvokeRole")
        ? "NONE"
        : undefined;
  const role = said(auth) ?? said(apiAuth);
  if (role === "NONE") return undefined;
  return role !== undefined && role !== "CALLER_CREDENTIALS" ? role : `arn:${partition}:iam::*:user/*`;
}

function describeRequest(method: ApiMethod, document: Values, api: Values): void {
  const { event, path } = method;
  const { TimeoutInMillis, RequestModel, RequestParameters } = event.properties;
  if (isFilled(TimeoutInMillis))
    addTimeout(document["paths"] as Values, path, method.method, TimeoutInMillis);
  if (isFilled(RequestModel))
    describeBody(method, document, api, aMap(RequestModel, inEvent(event.name, "RequestModel")));
  if (isFilled(RequestParameters)) {
    const parameters = (RequestParameters as Value[]).map((parameter) => requestParameter(event, parameter));
    addRequestParameters(document, path, method.method, parameters);
  }
}

function describeBody(method: ApiMethod, document: Values, api: Values, request: Values): void {
  const { event, path } = method;
  const model = request["Model"];
  if (!isFilled(model)) return;
  const fault = (why: string) =>
    new InvalidEvent(
      event.name,
      `Unable to set RequestModel [${pythonText(model)}] on API method [${method.method}] for path [${path}] because ${why}`,
    );
  const models = api["Models"];
  if (!isFilled(models)) throw fault("the related API does not define any Models.");
  if (!isIntrinsic(models) && !isMap(models))
    throw fault("the related API Models defined is of invalid type.");
  if (typeof model !== "string") throw fault("the related API does not contain valid Models.");
  if (!isFilled(own(models as Values, model))) throw fault("it wasn't defined in the API's Models.");
  addRequestModel(document, path, method.method, model, own(request, "Required"));
  const body = request["ValidateBody"] ?? undefined;
  const parameters = request["ValidateParameters"] ?? undefined;
  if (body === undefined && parameters === undefined) return;
  if (typeof (body ?? false) !== "boolean" || typeof (parameters ?? false) !== "boolean") {
    throw new InvalidEvent(
      event.name,
      `Unable to set Validator to RequestModel [${model}] on API method [${method.method}] for path [${path}] ValidateBody and ValidateParameters must be a boolean type, strings or intrinsics are not supported.`,
    );
  }
  addRequestValidator(document, path, method.method, body === true, parameters === true);
}

function requestParameter(event: SamEvent, parameter: Value): RequestParameter {
  const fault = (why: string) =>
    new InvalidEvent(event.name, `Invalid value for 'RequestParameters' property. ${why}`);
  const settings = isMap(parameter) ? Object.entries(parameter)[0] : [parameter, {}];
  const [name, value] = settings ?? [];
  if (typeof name !== "string") throw fault("Property must be either a string or an object");
  if (!/^method\.request\.(querystring|path|header)\./.test(name)) {
    throw fault(
      "Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g 'method.request.header.Authorization'.",
    );
  }
  if (!isMap(value) || Object.keys(value).some((key) => key !== "Required" && key !== "Caching")) {
    throw fault("Values must be an object, e.g { Required: true, Caching: false }");
  }
  return { name, isRequired: value["Required"] ?? false, isCached: value["Caching"] ?? false };
}

/** `MergeDefinitions`: what the event says comes before what the API's own document says of the method. */
function merge(method: ApiMethod, written: Values, generated: Values): Values {
  const { path } = method;
  const paths = isFilled(written["paths"]) ? written["paths"] : {};
  if (!isMap(paths)) return written;
  const invalid = (at: string) =>
    invalidResource(
      String(method.id),
      `Property 'DefinitionBody' is invalid: The value of '${at}' should be a map`,
    );
  const item = own(paths, path);
  if (item !== undefined && !isMap(item)) throw invalid(path);
  const there = isMap(item) ? own(item, method.method) : undefined;
  const said = aMap(
    isFilled(there) ? there : {},
    inResource(String(method.id), `DefinitionBody.paths.${path}.${method.method}`),
  );
  const name = method.method === "any" ? "x-amazon-apigateway-any-method" : method.method;
  const made = ((generated["paths"] as Values)[path] as Values)[name] as Values;
  paths[path] = { ...item, [method.method]: { ...said, ...made } };
  return { ...written };
}
