import { Draft, passedOn } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { arnText } from "../events/permission.ts";
import { aText, inResource } from "../expect.ts";
import { isIntrinsic, isNoValue, ref, sub } from "../intrinsics.ts";
import { hashedId, isAlphanumeric } from "../logical-id.ts";
import {
  addCors,
  addDescription,
  addSecuritySchemes,
  addTags,
  addTitle,
  disableEndpoint,
  isOpenApi,
  openApiPaths,
  setDefaultAuthorizer,
  TITLE,
} from "../openapi/http.ts";
import {
  any,
  flag,
  literal,
  map,
  oneOf,
  type PropertyTypes,
  read,
  type Source,
  text,
  textOrMap,
} from "../properties.ts";
import { bodyLocation } from "../s3-location.ts";
import { propagateTags } from "../tags.ts";
import type { SamResource, Translation } from "../translation.ts";
import { isFilled, isMap, isSame, own, type Value, type Values } from "../value.ts";
import { httpAuthorizers } from "./authorizers.ts";
import { v2Domain } from "./v2-domain.ts";

const TYPE = "AWS::Serverless::HttpApi";

const TYPES: PropertyTypes = {
  __MANAGE_SWAGGER: flag,
  Name: literal(any),
  StageName: textOrMap,
  Tags: map,
  PropagateTags: flag,
  DefinitionBody: map,
  DefinitionUri: textOrMap,
  StageVariables: map,
  CorsConfiguration: oneOf(flag, map),
  AccessLogSettings: map,
  DefaultRouteSettings: map,
  Auth: map,
  RouteSettings: map,
  Domain: map,
  FailOnWarnings: flag,
  Description: text,
  DisableExecuteApiEndpoint: flag,
};

const CREATED_BY = "httpapi:createdBy";
const DEFAULT_STAGE = "$default";
const CORS = ["AllowMethods", "AllowHeaders", "AllowOrigins", "MaxAge", "ExposeHeaders", "AllowCredentials"];

/**
 * An HTTP API, with its stage, domain and leave to invoke its authorizers.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
 */
export const httpApi: SamResource = {
  references: { Stage: "AWS::ApiGatewayV2::Stage", DomainName: "AWS::ApiGatewayV2::DomainName" },
  translate(id, resource, translation) {
    const source = read(id, TYPE, resource, TYPES);
    const { properties } = source;
    for (const name of ["CorsConfiguration", "Domain"]) {
      if (properties[name] !== undefined) properties[name] = translation.resolve(properties[name]);
    }
    const passed = passedOn(source.attributes);
    const { Domain } = properties;
    const http = apiDraft(source, translation);
    const drafts = [
      http,
      ...(isMap(Domain) ? v2Domain(id, Domain, CREATED_BY, passed, translation.recordSetGroups) : []),
      ...permissions(source, passed, translation),
      stageOf(source, passed),
    ];
    propagateTags(drafts, properties["Tags"], properties["DefinitionBody"] !== undefined);
    return { drafts };
  },
};

function apiDraft(source: Source, translation: Translation): Draft {
  const { id, properties } = source;
  const { DefinitionUri, DefinitionBody, DisableExecuteApiEndpoint, FailOnWarnings } = properties;
  if (isFilled(DefinitionUri) && isFilled(DefinitionBody)) {
    throw invalidResource(id, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  }
  if (isFilled(properties["CorsConfiguration"])) writeCors(source, properties["CorsConfiguration"]);
  writeAuth(source, translation);
  writeTags(source);
  if (DisableExecuteApiEndpoint !== undefined) {
    if (!isFilled(DefinitionBody)) {
      throw invalidResource(id, "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
    }
    openApiPaths(DefinitionBody);
    disableEndpoint(DefinitionBody as Values, DisableExecuteApiEndpoint);
  }
  writeTitle(source);
  writeDescription(source);
  const draft = new Draft(
    "AWS::ApiGatewayV2::Api",
    id,
    { FailOnWarnings: isFilled(FailOnWarnings) ? FailOnWarnings : undefined, ...body(source) },
    source.attributes,
  );
  draft.dependsOn = source.dependsOn;
  return draft;
}

function body({ id, properties }: Source): Values {
  const { DefinitionUri, DefinitionBody, FailOnWarnings } = properties;
  if (isFilled(DefinitionUri)) return { BodyS3Location: bodyLocation(id, "DefinitionUri", DefinitionUri) };
  if (!isFilled(DefinitionBody)) {
    throw invalidResource(
      id,
      "'DefinitionUri' or 'DefinitionBody' are required properties of an 'AWS::Serverless::HttpApi'. Add a value for one of these properties or add a 'HttpApi' event to an 'AWS::Serverless::Function'.",
    );
  }
  const document = DefinitionBody as Values;
  const paths = document["paths"];
  // API Gateway warns of a path that does not begin with a slash.
  if (isFilled(FailOnWarnings) && isMap(paths) && Object.hasOwn(paths, DEFAULT_STAGE)) {
    paths[`/${DEFAULT_STAGE}`] = paths[DEFAULT_STAGE] as Value;
    delete paths[DEFAULT_STAGE];
  }
  return { Body: document };
}

/** The document that a property is written into. */
function documentFor({ id, properties }: Source, absent: string, what: string): Values {
  const document = properties["DefinitionBody"];
  if (!isFilled(document)) throw invalidResource(id, absent);
  if (isOpenApi(document)) return document;
  throw invalidResource(
    id,
    `Unable to add ${what} because 'DefinitionBody' does not contain a valid OpenApi definition.`,
  );
}

function writeCors(source: Source, cors: Value): void {
  const { id, properties } = source;
  const absent = "Cors works only with inline OpenApi specified in 'DefinitionBody' property.";
  if (!isFilled(properties["DefinitionBody"])) throw invalidResource(id, absent);
  const settings: Values =
    cors === true
      ? { AllowOrigins: ["*"] }
      : isIntrinsic(cors)
        ? { AllowOrigins: cors }
        : isMap(cors)
          ? cors
          : {};
  if (!isMap(cors) && cors !== true) throw invalidResource(id, "Invalid value for 'Cors' property.");
  const unknown = Object.keys(settings).find((name) => !CORS.includes(name));
  if (unknown !== undefined) throw invalidResource(id, `Invalid key '${unknown}' for 'Cors' property.`);
  const document = documentFor(source, absent, "Cors configuration");
  if (settings["AllowCredentials"] === true && isSame(settings["AllowOrigins"], ["*"])) {
    throw invalidResource(
      id,
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set.",
    );
  }
  addCors(document, settings);
}

function writeAuth(source: Source, translation: Translation): void {
  const { id, properties } = source;
  const auth = properties["Auth"];
  if (!isMap(auth) || !isFilled(auth)) return;
  const absent = "Auth works only with inline OpenApi specified in the 'DefinitionBody' property.";
  if (!isFilled(properties["DefinitionBody"])) throw invalidResource(id, absent);
  checkAuth(id, auth);
  const document = documentFor(source, absent, "Auth configuration");
  const authorizers = httpAuthorizers(id, auth, translation);
  addSecuritySchemes(document, Object.fromEntries(authorizers.map(({ name, scheme }) => [name, scheme])));
  const wanted = auth["DefaultAuthorizer"];
  if (!isFilled(wanted) || isNoValue(wanted)) return;
  const name = aText(wanted, inResource(id, "Auth.DefaultAuthorizer"));
  const authorizer = authorizers.find((other) => other.name === name);
  if (!authorizer) {
    throw invalidResource(
      id,
      `Unable to set DefaultAuthorizer because '${name}' was not defined in 'Authorizers'.`,
    );
  }
  setDefaultAuthorizer(document, name, authorizer.scopes);
}

function checkAuth(id: string, auth: Values): void {
  if (
    Object.keys(auth).some(
      (name) => !["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"].includes(name),
    )
  ) {
    throw invalidResource(id, "Invalid value for 'Auth' property");
  }
}

/** An HTTP API has its tags in its document. */
function writeTags(source: Source): void {
  const { id, properties } = source;
  const { Tags, DefinitionBody } = properties;
  if (!isFilled(DefinitionBody)) {
    if (!isFilled(Tags)) return;
    throw invalidResource(
      id,
      "Tags works only with inline OpenApi specified in the 'DefinitionBody' property.",
    );
  }
  if (!isOpenApi(DefinitionBody)) {
    if (!isFilled(Tags)) return;
    throw invalidResource(
      id,
      "Unable to add `Tags` because 'DefinitionBody' does not contain a valid OpenApi definition.",
    );
  }
  properties["Tags"] = { ...(isMap(Tags) ? Tags : {}), [CREATED_BY]: "SAM" };
  addTags(DefinitionBody, properties["Tags"]);
}

function writeTitle({ id, properties }: Source): void {
  const name = properties["Name"];
  if (!isFilled(name)) return;
  const document = properties["DefinitionBody"];
  if (!isFilled(document)) {
    throw invalidResource(
      id,
      "Name works only with inline OpenApi specified in the 'DefinitionBody' property.",
    );
  }
  const title = info(id, document as Values, ".")["title"];
  if (!isSame(title, TITLE)) {
    throw invalidResource(
      id,
      "Unable to set Name because it is already defined within inline OpenAPI specified in the 'DefinitionBody' property.",
    );
  }
  openApiPaths(document);
  addTitle(document as Values, name);
}

function writeDescription({ id, properties }: Source): void {
  const description = properties["Description"];
  if (!isFilled(description)) return;
  const document = properties["DefinitionBody"];
  if (!isFilled(document)) {
    throw invalidResource(
      id,
      "Description works only with inline OpenApi specified in the 'DefinitionBody' property.",
    );
  }
  if (isFilled(info(id, document as Values, "'.")["description"])) {
    throw invalidResource(
      id,
      "Unable to set Description because it is already defined within inline OpenAPI specified in the 'DefinitionBody' property.",
    );
  }
  openApiPaths(document);
  addDescription(document as Values, description);
}

function info(id: string, document: Values, end: string): Values {
  const there = own(document, "info") ?? {};
  if (isMap(there)) return there;
  throw invalidResource(id, `Invalid 'DefinitionBody': The value of 'info' should be a map${end}`);
}

function permissions({ id, properties }: Source, passed: Values, translation: Translation): Draft[] {
  const auth = properties["Auth"];
  if (!isMap(auth) || !isFilled(auth)) return [];
  checkAuth(id, auth);
  return httpAuthorizers(id, auth, translation)
    .filter((authorizer) => authorizer.invokes !== undefined)
    .map(({ name, invokes }) =>
      authorizerPermission(`${id}${name}AuthorizerPermission`, id, invokes as Value, passed),
    );
}

/** API Gateway may invoke a function that authorizes. */
export function authorizerPermission(
  permissionId: string,
  apiId: string,
  functionArn: Value,
  passed: Values,
): Draft {
  return new Draft(
    "AWS::Lambda::Permission",
    permissionId,
    {
      Action: "lambda:InvokeFunction",
      FunctionName: functionArn,
      Principal: "apigateway.amazonaws.com",
      SourceArn: sub(arnText("${AWS::Partition}", "execute-api", "${__ApiId__}/authorizers/*"), {
        __ApiId__: ref(apiId),
      }),
    },
    passed,
  );
}

function stageOf({ id, properties }: Source, passed: Values): Draft {
  const name = isFilled(properties["StageName"]) ? properties["StageName"] : DEFAULT_STAGE;
  return new Draft(
    "AWS::ApiGatewayV2::Stage",
    stageId(id, name),
    {
      ApiId: ref(id),
      StageName: name,
      StageVariables: properties["StageVariables"],
      AccessLogSettings: properties["AccessLogSettings"],
      DefaultRouteSettings: properties["DefaultRouteSettings"],
      Tags: properties["Tags"],
      AutoDeploy: true,
      RouteSettings: properties["RouteSettings"],
    },
    passed,
  );
}

function stageId(id: string, name: Value): string {
  if (name === DEFAULT_STAGE) return `${id}ApiGatewayDefaultStage`;
  if (typeof name !== "string") return `${id}Stage`;
  return isAlphanumeric(name) ? `${id}${name}Stage` : hashedId(`${id}Stage`, name);
}
