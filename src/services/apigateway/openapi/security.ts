import type { Random } from "../../../core/random.ts";
import { newAuthorizer } from "../authorizers.ts";
import type { Authorizer, Method } from "../collections.ts";
import { newShortId } from "../identifiers.ts";
import { array, type Document, object, text } from "./document.ts";

/** Security schemes: of API keys, of IAM, of authorizers. */
export type Scheme =
  | { readonly kind: "api-key" }
  | { readonly kind: "iam" }
  | { readonly kind: "authorizer"; readonly authorizer: Authorizer };

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const AUTH_TYPE = "x-amazon-apigateway-authtype";

/** The schemes of a definition by name: `securityDefinitions` of version 2, `components.securitySchemes` of version 3. */
export function readSchemes(document: Document, random: Random): Map<string, Scheme> {
  const given = object(document["securityDefinitions"] ?? object(document["components"])["securitySchemes"]);
  const schemes = new Map<string, Scheme>();
  for (const [name, value] of Object.entries(given)) {
    const scheme = object(value);
    const extension = scheme[AUTHORIZER];
    if (extension !== undefined) {
      schemes.set(name, {
        kind: "authorizer",
        authorizer: readAuthorizer(name, scheme, object(extension), random),
      });
    } else if (scheme[AUTH_TYPE] === "awsSigv4") schemes.set(name, { kind: "iam" });
    else if (scheme["type"] === "apiKey" && String(scheme["name"]).toLowerCase() === "x-api-key") {
      schemes.set(name, { kind: "api-key" });
    }
  }
  return schemes;
}

function readAuthorizer(
  name: string,
  scheme: Record<string, unknown>,
  extension: Record<string, unknown>,
  random: Random,
): Authorizer {
  const type = String(extension["type"] ?? "token").toUpperCase();
  const header =
    scheme["in"] === "header" && scheme["name"] !== "Unused"
      ? `method.request.header.${scheme["name"]}`
      : undefined;
  const source = text(extension["identitySource"]) ?? header;
  const ttl = extension["authorizerResultTtlInSeconds"];
  return newAuthorizer(
    {
      name,
      type,
      ...(extension["authorizerUri"] !== undefined && { authorizerUri: String(extension["authorizerUri"]) }),
      ...(extension["authorizerCredentials"] !== undefined && {
        authorizerCredentials: String(extension["authorizerCredentials"]),
      }),
      ...(source && { identitySource: source }),
      ...(extension["identityValidationExpression"] !== undefined && {
        identityValidationExpression: String(extension["identityValidationExpression"]),
      }),
      ...(ttl !== undefined && { authorizerResultTtlInSeconds: Number(ttl) }),
      ...(extension["providerARNs"] !== undefined && {
        providerARNs: array(extension["providerARNs"]).map(String),
      }),
      ...(scheme[AUTH_TYPE] !== undefined && { authType: String(scheme[AUTH_TYPE]) }),
    },
    newShortId(random),
  );
}

/** How a method is authorized, from its `security` (or the definition's) and `x-amazon-apigateway-auth`. */
export function readSecurity(
  operation: Record<string, unknown>,
  document: Document,
  schemes: ReadonlyMap<string, Scheme>,
): Pick<Method, "authorizationType" | "authorizerId" | "authorizationScopes" | "apiKeyRequired"> {
  const requirements = array(operation["security"] ?? document["security"]).map(object);
  let apiKeyRequired = false;
  let authorization: Pick<Method, "authorizationType" | "authorizerId" | "authorizationScopes"> = {
    authorizationType: "NONE",
  };
  const auth = text(object(operation["x-amazon-apigateway-auth"])["type"]);
  if (auth === "AWS_IAM") authorization = { authorizationType: "AWS_IAM" };
  for (const [name, scopes] of requirements.flatMap((requirement) => Object.entries(requirement))) {
    const scheme = schemes.get(name);
    if (scheme?.kind === "api-key") apiKeyRequired = true;
    if (scheme?.kind === "iam") authorization = { authorizationType: "AWS_IAM" };
    if (scheme?.kind === "authorizer") {
      const wanted = array(scopes).map(String);
      authorization = {
        authorizationType: scheme.authorizer.type === "COGNITO_USER_POOLS" ? "COGNITO_USER_POOLS" : "CUSTOM",
        authorizerId: scheme.authorizer.id,
        ...(wanted.length > 0 && { authorizationScopes: wanted }),
      };
    }
  }
  return { ...authorization, apiKeyRequired };
}

/** The schemes that an API's methods need, by name. */
export function writeSchemes(
  methods: readonly Method[],
  authorizers: readonly Authorizer[],
  withExtensions: boolean,
): Record<string, unknown> {
  const schemes: Record<string, unknown> = {};
  if (methods.some((method) => method.apiKeyRequired))
    schemes["api_key"] = { type: "apiKey", name: "x-api-key", in: "header" };
  if (methods.some((method) => method.authorizationType === "AWS_IAM")) {
    schemes["sigv4"] = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      ...(withExtensions && { [AUTH_TYPE]: "awsSigv4" }),
    };
  }
  for (const authorizer of authorizers)
    schemes[authorizer.name] = writeAuthorizer(authorizer, withExtensions);
  return schemes;
}

function writeAuthorizer(authorizer: Authorizer, withExtensions: boolean): Record<string, unknown> {
  const { id: _i, name: _n, authType, type, ...rest } = authorizer;
  const header = /^method\.request\.header\.([^,\s]+)$/.exec(authorizer.identitySource ?? "")?.[1];
  return {
    type: "apiKey",
    name: header ?? "Unused",
    in: "header",
    ...(withExtensions && { [AUTH_TYPE]: authType, [AUTHORIZER]: { type: type.toLowerCase(), ...rest } }),
  };
}

/** A method's `security`; undefined when it has none. */
export function writeSecurity(
  method: Method,
  authorizers: readonly Authorizer[],
): Record<string, string[]>[] | undefined {
  const security: Record<string, string[]>[] = [];
  if (method.authorizationType === "AWS_IAM") security.push({ sigv4: [] });
  const authorizer = authorizers.find(({ id }) => id === method.authorizerId);
  if (authorizer) security.push({ [authorizer.name]: method.authorizationScopes ?? [] });
  if (method.apiKeyRequired) security.push({ api_key: [] });
  return security.length > 0 ? security : undefined;
}
