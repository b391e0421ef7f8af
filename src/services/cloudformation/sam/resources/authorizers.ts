import { invalidResource } from "../errors.ts";
import { aBoolean, aList, aListOfTexts, aMap, inResource } from "../expect.ts";
import { sub } from "../intrinsics.ts";
import type { Translation } from "../translation.ts";
import { given, isFilled, isMap, many, own, type Value, type Values } from "../value.ts";

/* The authorizers of REST APIs and of HTTP APIs, as their documents have them. */

const AUTHORIZER = "x-amazon-apigateway-authorizer";

const IAM_SCHEME: Values = {
  type: "apiKey",
  name: "Authorization",
  in: "header",
  "x-amazon-apigateway-authtype": "awsSigv4",
};

/** An authorizer of an API. */
export interface Authorizer {
  readonly name: string;
  readonly scheme: Values;
  readonly scopes: Value[];
  /** The function that decides, where API Gateway needs leave to invoke it. */
  readonly invokes?: Value;
}

function invocationUri(partition: string, functionArn: Value | undefined): Values {
  return sub(
    `arn:${partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${__FunctionArn__}/invocations`,
    { __FunctionArn__: functionArn ?? null },
  );
}

/** `Auth.Authorizers` of a REST API; with `AWS_IAM` as the default, that, too. */
export function restAuthorizers(
  id: string,
  config: Value | undefined,
  defaultAuthorizer: Value | undefined,
  { partition }: Translation,
): Authorizer[] {
  const authorizers: Authorizer[] = [];
  if (defaultAuthorizer === "AWS_IAM") {
    authorizers.push({ name: "AWS_IAM", scheme: { ...IAM_SCHEME }, scopes: [] });
  }
  if (!isFilled(config)) return authorizers;
  for (const [name, written] of Object.entries(aMap(config, inResource(id, "Auth.Authorizers")))) {
    const authorizer = aMap(written, inResource(id, `Auth.Authorizers.${name}`));
    authorizers.push(restAuthorizer(id, name, authorizer, partition));
  }
  return authorizers;
}

function restAuthorizer(id: string, name: string, authorizer: Values, partition: string): Authorizer {
  const payload = own(authorizer, "FunctionPayloadType");
  const identity = own(authorizer, "Identity");
  if (payload !== undefined && payload !== "TOKEN" && payload !== "REQUEST") {
    throw invalidResource(id, `${name} Authorizer has invalid 'FunctionPayloadType': ${payload}.`);
  }
  if (payload === "REQUEST" && lacksIdentity(id, name, identity)) {
    throw invalidResource(
      id,
      `${name} Authorizer must specify Identity with at least one of Headers, QueryStrings, StageVariables, or Context.`,
    );
  }
  const scopes = aList(
    own(authorizer, "AuthorizationScopes") ?? [],
    inResource(id, `Authorizers.${name}.AuthorizationScopes`),
  );
  const off = own(authorizer, "DisableFunctionDefaultPermissions");
  if (off !== undefined)
    aBoolean(off, inResource(id, `Authorizers.${name}.DisableFunctionDefaultPermissions`));
  const functionArn = own(authorizer, "FunctionArn");
  return {
    name,
    scheme: restScheme(id, name, authorizer, partition),
    scopes,
    ...(isFilled(functionArn) && off !== true ? { invokes: functionArn } : {}),
  };
}

/** Does an authorizer that looks at requests not say at what, although its answers are remembered by it? */
function lacksIdentity(id: string, name: string, identity: Value | undefined): boolean {
  if (!isFilled(identity)) return true;
  const map = aMap(identity, inResource(id, `Authorizer.${name}.Identity`));
  const hasNone = ["Headers", "QueryStrings", "StageVariables", "Context"].every(
    (part) => !isFilled(map[part]),
  );
  const ttl = map["ReauthorizeEvery"] ?? undefined;
  if (ttl === undefined || isMap(ttl) || Array.isArray(ttl) || Number.isNaN(Number(ttl))) return hasNone;
  return Number(ttl) > 0 && hasNone;
}

function restScheme(id: string, name: string, authorizer: Values, partition: string): Values {
  const identity = own(authorizer, "Identity");
  const isRequest = authorizer["FunctionPayloadType"] === "REQUEST";
  const pools = own(authorizer, "UserPoolArn");
  const expression = isMap(identity) ? identity["ValidationExpression"] : undefined;
  const validation: Values = isFilled(expression) ? { identityValidationExpression: expression } : {};
  if (isFilled(pools)) {
    return {
      type: "apiKey",
      name: headerName(id, identity),
      in: "header",
      "x-amazon-apigateway-authtype": "cognito_user_pools",
      [AUTHORIZER]: { type: "cognito_user_pools", providerARNs: many(pools), ...validation },
    };
  }
  const role = authorizer["FunctionInvokeRole"];
  const ttl = isMap(identity) ? own(identity, "ReauthorizeEvery") : undefined;
  const sources = isRequest && isMap(identity) ? identitySources(id, name, identity) : "";
  return {
    type: "apiKey",
    name: isRequest ? "Unused" : headerName(id, identity),
    in: "header",
    "x-amazon-apigateway-authtype": "custom",
    [AUTHORIZER]: {
      type: isRequest ? "request" : "token",
      authorizerUri: invocationUri(partition, own(authorizer, "FunctionArn")),
      ...given({
        authorizerResultTtlInSeconds: ttl,
        authorizerCredentials: isFilled(role) && role !== "NONE" ? role : undefined,
        identitySource: sources || undefined,
      }),
      ...(isRequest ? {} : validation),
    },
  };
}

function headerName(id: string, identity: Value | undefined): Value {
  if (!isFilled(identity)) return "Authorization";
  if (!isMap(identity)) {
    throw invalidResource(
      id,
      "Auth.Authorizers.<Authorizer>.Identity must be a dict (LambdaTokenAuthorizationIdentity, LambdaRequestAuthorizationIdentity or CognitoAuthorizationIdentity).",
    );
  }
  return isFilled(identity["Header"]) ? identity["Header"] : "Authorization";
}

function identitySources(id: string, name: string, identity: Values): string {
  const parts = {
    Headers: "method.request.header.",
    QueryStrings: "method.request.querystring.",
    StageVariables: "stageVariables.",
    Context: "context.",
  };
  return Object.entries(parts)
    .flatMap(([part, prefix]) => {
      if (!isFilled(identity[part])) return [];
      const path = `Auth.Authorizers.${name}.Identity.${part}`;
      return aListOfTexts(identity[part], inResource(id, path)).map((text) => prefix + text);
    })
    .join(", ");
}

/** Which properties an authorizer of an HTTP API may have, by its kind, and how faults name them. */
const HTTP_PROPERTIES: readonly [name: string, kind: "jwt" | "request", supportedBy: string][] = [
  ["AuthorizationScopes", "jwt", "OAuth2 Authorizer"],
  ["JwtConfiguration", "jwt", "OAuth2 Authorizer"],
  ["IdentitySource", "jwt", "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"],
  ["FunctionArn", "request", "Lambda Authorizer"],
  ["FunctionInvokeRole", "request", "Lambda Authorizer"],
  ["Identity", "request", "Lambda Authorizer"],
  ["AuthorizerPayloadFormatVersion", "request", "Lambda Authorizer"],
  ["EnableSimpleResponses", "request", "Lambda Authorizer"],
  ["EnableFunctionDefaultPermissions", "request", "Lambda Authorizer"],
];

/** `Auth.Authorizers` of an HTTP API; with `EnableIamAuthorizer`, IAM's, too. */
export function httpAuthorizers(id: string, auth: Values, { partition }: Translation): Authorizer[] {
  const authorizers: Authorizer[] = [];
  if (auth["EnableIamAuthorizer"] === true) {
    authorizers.push({ name: "AWS_IAM", scheme: { ...IAM_SCHEME }, scopes: [] });
  }
  const config = auth["Authorizers"];
  if (!isFilled(config)) return authorizers;
  for (const [name, written] of Object.entries(aMap(config, inResource(id, "Auth.Authorizers")))) {
    const authorizer = aMap(written, inResource(id, `Auth.Authorizers.${name}`));
    if (Object.hasOwn(authorizer, "OpenIdConnectUrl")) {
      throw invalidResource(
        id,
        `'OpenIdConnectUrl' is no longer a supported property for authorizer '${name}'. Please refer to the AWS SAM documentation.`,
      );
    }
    authorizers.push(httpAuthorizer(id, name, authorizer, partition));
  }
  return authorizers;
}

function httpAuthorizer(id: string, name: string, authorizer: Values, partition: string): Authorizer {
  const jwt = own(authorizer, "JwtConfiguration");
  if (isFilled(jwt)) aMap(jwt, inResource(id, "JwtConfiguration"));
  const kind = isFilled(jwt) ? "jwt" : "request";
  const scopes = own(authorizer, "AuthorizationScopes");
  if (scopes !== undefined && !Array.isArray(scopes)) {
    throw invalidResource(id, "AuthorizationScopes must be a list.");
  }
  for (const [property, of, supportedBy] of HTTP_PROPERTIES) {
    if (own(authorizer, property) !== undefined && of !== kind) {
      throw invalidResource(id, `${property} is only supported for ${supportedBy}.`);
    }
  }
  const needs = (property: string, noun: string) => {
    if (isFilled(authorizer[property])) return;
    throw invalidResource(id, `${name} ${noun} Authorizer must define '${property}'.`);
  };
  if (kind === "jwt") {
    needs("IdentitySource", "OAuth2");
    const settings = Object.entries(jwt as Values).map(([key, value]) => [key.toLowerCase(), value]);
    return {
      name,
      scopes: scopes ?? [],
      scheme: {
        type: "oauth2",
        [AUTHORIZER]: {
          jwtConfiguration: Object.fromEntries(settings),
          identitySource: authorizer["IdentitySource"] as Value,
          type: "jwt",
        },
      },
    };
  }
  needs("FunctionArn", "Lambda");
  needs("AuthorizerPayloadFormatVersion", "Lambda");
  const permitted = own(authorizer, "EnableFunctionDefaultPermissions");
  if (permitted !== undefined) {
    aBoolean(permitted, inResource(id, `Authorizers.${name}.EnableFunctionDefaultPermissions`));
  }
  return {
    name,
    scopes: [],
    scheme: requestScheme(id, name, authorizer, partition),
    ...(permitted === true ? { invokes: authorizer["FunctionArn"] as Value } : {}),
  };
}

function requestScheme(id: string, name: string, authorizer: Values, partition: string): Values {
  const role = authorizer["FunctionInvokeRole"];
  const identity = authorizer["Identity"];
  const simple = authorizer["EnableSimpleResponses"];
  return {
    type: "apiKey",
    name: "Unused",
    in: "header",
    [AUTHORIZER]: {
      type: "request",
      authorizerUri: invocationUri(partition, own(authorizer, "FunctionArn")),
      ...(isFilled(role) && role !== "NONE" ? { authorizerCredentials: role } : {}),
      ...(isFilled(identity) ? httpIdentity(id, name, identity) : {}),
      authorizerPayloadFormatVersion: authorizer["AuthorizerPayloadFormatVersion"] as Value,
      ...(isFilled(simple) ? { enableSimpleResponses: simple } : {}),
    },
  };
}

function httpIdentity(id: string, name: string, written: Value): Values {
  const identity = aMap(written, inResource(id, `Auth.Authorizers.${name}.Identity`));
  const ttl = own(identity, "ReauthorizeEvery");
  const parts = {
    Headers: "$request.header.",
    QueryStrings: "$request.querystring.",
    StageVariables: "$stageVariables.",
    Context: "$context.",
  };
  const sources = Object.entries(parts).flatMap(([part, prefix]) => {
    if (!isFilled(identity[part])) return [];
    return aListOfTexts(identity[part], inResource(id, `Authorizers.${name}.Identity.${part}`)).map(
      (text) => prefix + text,
    );
  });
  return { ...(ttl === undefined ? {} : { authorizerResultTtlInSeconds: ttl }), identitySource: sources };
}
