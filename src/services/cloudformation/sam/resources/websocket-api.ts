import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { isIntrinsic, ref, sub } from "../intrinsics.ts";
import {
  flag,
  map,
  type PropertyTypes,
  read,
  required,
  type Source,
  text,
  textOrMap,
} from "../properties.ts";
import { pythonText } from "../python-json.ts";
import { propagateTags } from "../tags.ts";
import type { SamResource } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { authorizerPermission } from "./http-api.ts";
import { v2Domain } from "./v2-domain.ts";

const TYPE = "AWS::Serverless::WebSocketApi";

const TYPES: PropertyTypes = {
  ApiKeySelectionExpression: text,
  AccessLogSettings: map,
  Auth: map,
  DefaultRouteSettings: map,
  Description: text,
  DisableExecuteApiEndpoint: flag,
  Domain: map,
  DisableSchemaValidation: flag,
  FailOnWarnings: flag,
  IpAddressType: text,
  Name: text,
  PropagateTags: flag,
  Routes: required(map),
  RouteSettings: map,
  RouteSelectionExpression: required(text),
  StageName: textOrMap,
  StageVariables: map,
  Tags: map,
};

const CREATED_BY = "websocketapi:createdBy";
const DEFAULT_STAGE = "default";
const SPECIAL_ROUTES = ["$connect", "$disconnect", "$default"];

/**
 * A WebSocket API, with its routes, stage, domain and authorizer.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-websocketapi.html
 */
export const webSocketApi: SamResource = {
  references: { Stage: "AWS::ApiGatewayV2::Stage", DomainName: "AWS::ApiGatewayV2::DomainName" },
  translate(id, resource, translation) {
    const source = read(id, TYPE, resource, TYPES);
    const { properties } = source;
    for (const name of ["Auth", "Domain", "Routes"]) {
      if (properties[name] !== undefined) properties[name] = translation.resolve(properties[name]);
    }
    check(source);
    // The translator gives the attributes of the resource to nothing that is made of it, not even to the API.
    const passed: Values = {};
    const { Domain } = properties;
    const drafts = [apiDraft(source)];
    const domain = isMap(Domain) ? v2Domain(id, Domain, CREATED_BY, passed, new Map()) : [];
    const stage = stageOf(source);
    const routes: Draft[] = [];
    for (const [key, written] of Object.entries(properties["Routes"] as Values)) {
      const spec = isMap(written) ? written : {};
      routes.push(routeOf(source, key, spec));
      drafts.push(...integrationOf(source, key, spec));
    }
    if (isFilled(properties["RouteSettings"])) stage.dependsOn = routes.map((route) => route.id);
    drafts.push(...routes, ...domain, stage, ...authorizer(source));
    propagateTags(drafts, properties["Tags"], properties["PropagateTags"]);
    return { drafts };
  },
};

function check({ id, properties }: Source): void {
  const { Routes, IpAddressType, Domain, StageName, Auth } = properties;
  if (!isMap(Routes) || !isFilled(Routes))
    throw invalidResource(id, "WebSocket API must have at least one route.");
  if (
    IpAddressType !== undefined &&
    !isIntrinsic(IpAddressType) &&
    IpAddressType !== "ipv4" &&
    IpAddressType !== "dualstack"
  ) {
    throw invalidResource(id, "IpAddressType must be 'ipv4' or 'dualstack'.");
  }
  if (isMap(Domain) && isFilled(Domain["MutualTlsAuthentication"])) {
    throw invalidResource(id, "Mutual TLS domain name association is not supported for Websocket APIs.");
  }
  if (StageName === "$default") {
    throw invalidResource(id, "Stages cannot be named $default for WebSocket APIs.");
  }
  if (!isMap(Auth) || !isFilled(Auth)) return;
  if (!Object.hasOwn(Routes, "$connect")) {
    throw invalidResource(id, "Authorization is only available if there is a $connect route.");
  }
  checkAuth(id, Auth);
}

function checkAuth(id: string, auth: Values): void {
  const type = auth["AuthType"];
  if (!isFilled(type)) {
    throw invalidResource(id, "AuthType must be specified for additional auth configurations.");
  }
  if (type !== "NONE" && type !== "AWS_IAM" && type !== "CUSTOM") {
    throw invalidResource(id, `AuthType '${pythonText(type)}' is not one of AWS_IAM, CUSTOM or NONE.`);
  }
  if (type === "CUSTOM" && !isFilled(auth["AuthArn"])) {
    throw invalidResource(id, "AuthArn must be specified if AuthType is CUSTOM.");
  }
  if (type !== "CUSTOM" && Object.keys(auth).length > 1) {
    throw invalidResource(id, `No additional configurations supported for AuthType ${type}.`);
  }
}

function apiDraft({ id, properties, dependsOn }: Source): Draft {
  properties["Tags"] = { ...(isMap(properties["Tags"]) ? properties["Tags"] : {}), [CREATED_BY]: "SAM" };
  const draft = new Draft("AWS::ApiGatewayV2::Api", id, {
    ApiKeySelectionExpression: properties["ApiKeySelectionExpression"],
    Description: properties["Description"],
    DisableExecuteApiEndpoint: properties["DisableExecuteApiEndpoint"],
    DisableSchemaValidation: properties["DisableSchemaValidation"],
    IpAddressType: properties["IpAddressType"],
    Name: properties["Name"] ?? id,
    ProtocolType: "WEBSOCKET",
    RouteSelectionExpression: properties["RouteSelectionExpression"],
    Tags: properties["Tags"],
  });
  draft.dependsOn = dependsOn;
  return draft;
}

function stageOf({ id, properties }: Source): Draft {
  const name = properties["StageName"] ?? DEFAULT_STAGE;
  const prefix = typeof name === "string" ? name : "";
  return new Draft(
    "AWS::ApiGatewayV2::Stage",
    prefix === DEFAULT_STAGE ? `${id}DefaultStage` : `${id}${prefix}Stage`,
    {
      ApiId: ref(id),
      StageName: name,
      StageVariables: properties["StageVariables"],
      AccessLogSettings: properties["AccessLogSettings"],
      DefaultRouteSettings: properties["DefaultRouteSettings"],
      Tags: { [CREATED_BY]: "SAM" },
      AutoDeploy: true,
      RouteSettings: properties["RouteSettings"],
    },
  );
}

/** The beginning of the ids of what a route becomes. */
function routeId(id: string, key: string): string {
  if (!SPECIAL_ROUTES.includes(key) && !/^[\p{L}\p{N}]+$/u.test(key)) {
    throw invalidResource(
      id,
      `Route key '${key}' must be alphanumeric. Only $connect, $disconnect, and $default special routes are supported.`,
    );
  }
  const word = key.replace("$", "");
  return `${id}${word.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}`;
}

function routeOf({ id, properties }: Source, key: string, spec: Values): Draft {
  const parameters = spec["RequestParameters"];
  if (isFilled(parameters) && key !== "$connect") {
    throw invalidResource(
      id,
      "Request parameters are only supported for the $connect route in WebSocket APIs.",
    );
  }
  const prefix = routeId(id, key);
  const auth = properties["Auth"];
  const type = key === "$connect" && isMap(auth) && isFilled(auth) ? auth["AuthType"] : undefined;
  return new Draft("AWS::ApiGatewayV2::Route", `${prefix}Route`, {
    RouteKey: key,
    ApiId: ref(id),
    ApiKeyRequired: spec["ApiKeyRequired"],
    AuthorizationType: type,
    AuthorizerId: type === "CUSTOM" ? ref(authorizerId(id)) : undefined,
    ModelSelectionExpression: spec["ModelSelectionExpression"],
    OperationName: spec["OperationName"],
    RequestModels: spec["RequestModels"],
    RequestParameters: isFilled(parameters) ? parameters : undefined,
    RouteResponseSelectionExpression: spec["RouteResponseSelectionExpression"],
    Target: { "Fn::Join": ["/", ["integrations", ref(`${prefix}Integration`)]] },
  });
}

function invocationUri(name: string, functionArn: Value): Values {
  return sub(
    `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${name}}/invocations`,
    { [name]: functionArn },
  );
}

/** What answers a route, and leave to invoke it. */
function integrationOf({ id, properties }: Source, key: string, spec: Values): Draft[] {
  if (!Object.hasOwn(spec, "FunctionArn")) {
    throw invalidResource(id, "Route must have associated function.");
  }
  const functionArn = spec["FunctionArn"] as Value;
  const prefix = routeId(id, key);
  const stage = properties["StageName"] ?? DEFAULT_STAGE;
  const arn = (name: string) =>
    `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${id}.ApiId}/${name}/${key}`;
  return [
    new Draft("AWS::ApiGatewayV2::Integration", `${prefix}Integration`, {
      ApiId: ref(id),
      IntegrationType: "AWS_PROXY",
      IntegrationUri: invocationUri("FunctionArn", functionArn),
      TimeoutInMillis: spec["IntegrationTimeout"],
    }),
    new Draft("AWS::Lambda::Permission", `${prefix}Permission`, {
      Action: "lambda:InvokeFunction",
      FunctionName: functionArn,
      Principal: "apigateway.amazonaws.com",
      SourceArn:
        typeof stage === "string" ? sub(arn(stage)) : sub(arn("${__StageName__}"), { __StageName__: stage }),
    }),
  ];
}

function authorizerId(id: string): string {
  return `${id}ConnectAuthorizer`;
}

function authorizer({ id, properties }: Source): Draft[] {
  const auth = properties["Auth"];
  if (!isMap(auth) || auth["AuthType"] !== "CUSTOM") return [];
  const functionArn = auth["AuthArn"] as Value;
  const draft = new Draft("AWS::ApiGatewayV2::Authorizer", authorizerId(id), {
    ApiId: ref(id),
    AuthorizerCredentialsArn: own(auth, "InvokeRole"),
    AuthorizerType: "REQUEST",
    AuthorizerUri: invocationUri("AuthArn", functionArn),
    IdentitySource: own(auth, "IdentitySource"),
    Name: isFilled(auth["Name"]) ? auth["Name"] : authorizerId(id),
  });
  if (isFilled(auth["InvokeRole"])) return [draft];
  return [draft, authorizerPermission(`${id}AuthorizerPermission`, id, functionArn, {})];
}
