import { Draft, passedOn } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { arnText } from "../events/permission.ts";
import { ref, sub } from "../intrinsics.ts";
import { hashedId, hashOf, isAlphanumeric } from "../logical-id.ts";
import { addBinaryMediaTypes, disableEndpoint, swaggerPaths } from "../openapi/swagger.ts";
import { toVersion3 } from "../openapi/version-3.ts";
import {
  flag,
  list,
  literal,
  map,
  oneOf,
  type PropertyTypes,
  read,
  required,
  type Source,
  text,
  textOrMap,
  whole,
} from "../properties.ts";
import { pythonJson } from "../python-json.ts";
import { bodyLocation } from "../s3-location.ts";
import { propagateTags, tagList } from "../tags.ts";
import type { SamResource, Translation } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { addApiAuth, checkAuth, writeCors, writeGatewayResponses, writeModels } from "./api-document.ts";
import { restAuthorizers } from "./authorizers.ts";
import { restDomain } from "./rest-domain.ts";
import { usagePlan } from "./usage-plan.ts";

const TYPE = "AWS::Serverless::Api";

const TYPES: PropertyTypes = {
  __MANAGE_SWAGGER: flag,
  Name: textOrMap,
  StageName: required(textOrMap),
  Tags: map,
  PropagateTags: flag,
  DefinitionBody: map,
  DefinitionUri: textOrMap,
  MergeDefinitions: literal(flag),
  CacheClusterEnabled: flag,
  CacheClusterSize: text,
  Variables: map,
  EndpointConfiguration: textOrMap,
  MethodSettings: list,
  BinaryMediaTypes: list,
  MinimumCompressionSize: whole,
  Cors: textOrMap,
  Auth: map,
  GatewayResponses: map,
  AccessLogSetting: map,
  CanarySetting: map,
  TracingEnabled: flag,
  OpenApiVersion: text,
  Models: map,
  Domain: map,
  FailOnWarnings: flag,
  Description: text,
  Mode: text,
  DisableExecuteApiEndpoint: flag,
  ApiKeySourceType: text,
  AlwaysDeploy: literal(flag),
  Policy: oneOf(text, map),
  SecurityPolicy: text,
  EndpointAccessMode: text,
};

/**
 * A REST API, with its deployment and stage, domain, usage plan and leave to invoke its authorizers.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
 */
export const api: SamResource = {
  references: {
    Stage: "AWS::ApiGateway::Stage",
    Deployment: "AWS::ApiGateway::Deployment",
    DomainName: "AWS::ApiGateway::DomainName",
    DomainNameV2: "AWS::ApiGateway::DomainNameV2",
    UsagePlan: "AWS::ApiGateway::UsagePlan",
    UsagePlanKey: "AWS::ApiGateway::UsagePlanKey",
    ApiKey: "AWS::ApiGateway::ApiKey",
  },
  translate(id, resource, translation) {
    const source = read(id, TYPE, resource, TYPES);
    const { properties } = source;
    for (const name of ["BinaryMediaTypes", "Domain", "Auth"]) {
      if (properties[name] !== undefined) properties[name] = translation.resolve(properties[name]);
    }
    const passed = passedOn(source.attributes);
    const rest = restApi(source, translation);
    const { Domain, Auth } = properties;
    const domain = isMap(Domain) ? restDomain(id, Domain, passed, translation) : [];
    const { deployment, stage } = deploy(source, rest, passed, translation);
    const drafts = [rest, deployment, stage, ...permissions(source, passed, translation), ...domain];
    if (isMap(Auth) && isFilled(Auth)) {
      drafts.push(...usagePlan(id, own(Auth, "UsagePlan"), stage, passed, translation));
    }
    propagateTags(drafts, properties["Tags"], properties["PropagateTags"]);
    return { drafts };
  },
};

function restApi(source: Source, translation: Translation): Draft {
  const { id, properties } = source;
  check(source);
  const endpoint = endpointConfiguration(id, properties["EndpointConfiguration"], translation.partition);
  writeCors(source);
  addApiAuth(source, translation);
  writeGatewayResponses(source);
  const document = properties["DefinitionBody"];
  const { BinaryMediaTypes, DisableExecuteApiEndpoint } = properties;
  if (isFilled(BinaryMediaTypes) && isFilled(document)) {
    swaggerPaths(document);
    addBinaryMediaTypes(document as Values, BinaryMediaTypes);
  }
  writeModels(source);
  if (DisableExecuteApiEndpoint !== undefined) {
    if (!isFilled(document)) {
      throw invalidResource(id, "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
    }
    swaggerPaths(document);
    disableEndpoint(document as Values, DisableExecuteApiEndpoint);
  }
  const filled = (name: string) => (isFilled(properties[name]) ? properties[name] : undefined);
  const draft = new Draft(
    "AWS::ApiGateway::RestApi",
    id,
    {
      BinaryMediaTypes,
      MinimumCompressionSize: properties["MinimumCompressionSize"],
      ...endpoint,
      FailOnWarnings: filled("FailOnWarnings"),
      ...body(source),
      Name: filled("Name"),
      Description: filled("Description"),
      Mode: filled("Mode"),
      ApiKeySourceType: filled("ApiKeySourceType"),
      Policy: filled("Policy"),
      SecurityPolicy: filled("SecurityPolicy"),
      EndpointAccessMode: filled("EndpointAccessMode"),
    },
    source.attributes,
  );
  draft.dependsOn = source.dependsOn;
  return draft;
}

function check({ id, properties }: Source): void {
  const { DefinitionUri, DefinitionBody, MergeDefinitions, OpenApiVersion } = properties;
  if (isFilled(DefinitionUri) && isFilled(DefinitionBody)) {
    throw invalidResource(id, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  }
  if (isFilled(DefinitionUri) && isFilled(MergeDefinitions)) {
    throw invalidResource(id, "Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.");
  }
  if (isFilled(OpenApiVersion) && !/^[2-3](\.\d)(\.\d)?$/.test(String(OpenApiVersion))) {
    throw invalidResource(id, "The OpenApiVersion value must be of the format '3.0.0'.");
  }
}

function body({ id, properties }: Source): Values {
  const { DefinitionUri, DefinitionBody, OpenApiVersion } = properties;
  if (isFilled(DefinitionUri)) return { BodyS3Location: bodyLocation(id, "DefinitionUri", DefinitionUri) };
  if (isFilled(DefinitionBody)) return { Body: toVersion3(DefinitionBody as Values, OpenApiVersion) };
  return {};
}

/** Partitions without edge-optimised APIs have regional ones. */
function endpointConfiguration(id: string, wanted: Value | undefined, partition: string): Values {
  const hasEdge =
    !partition.startsWith("aws-iso") && !["aws-us-gov", "aws-cn", "aws-eusc"].includes(partition);
  const value = isFilled(wanted) ? wanted : hasEdge ? undefined : "REGIONAL";
  if (value === undefined) return {};
  if (!isMap(value) || !isFilled(value["Type"])) {
    return { EndpointConfiguration: { Types: [value] }, Parameters: { endpointConfigurationTypes: value } };
  }
  if (Object.hasOwn(value, "VPCEndpointIds") && Object.hasOwn(value, "VpcEndpointIds")) {
    throw invalidResource(
      id,
      "'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in EndpointConfiguration.",
    );
  }
  const endpoints = isFilled(value["VPCEndpointIds"]) ? value["VPCEndpointIds"] : value["VpcEndpointIds"];
  return {
    EndpointConfiguration: {
      Types: [value["Type"]],
      ...(endpoints === undefined ? {} : { VpcEndpointIds: endpoints }),
      ...(Object.hasOwn(value, "IpAddressType") ? { IpAddressType: value["IpAddressType"] as Value } : {}),
    },
    Parameters: { endpointConfigurationTypes: value["Type"] },
  };
}

/** A deployment whose logical id changes with what is deployed, and the stage that points to it. */
function deploy(
  source: Source,
  rest: Draft,
  passed: Values,
  translation: Translation,
): { deployment: Draft; stage: Draft } {
  const { id, properties } = source;
  const name = properties["StageName"];
  const stageId =
    typeof name === "string" && isAlphanumeric(name)
      ? `${id}${name}Stage`
      : hashedId(`${id}Stage`, typeof name === "string" ? name : "");
  const deployed = own(rest.properties, "Body") ?? own(rest.properties, "BodyS3Location");
  const data = isFilled(deployed) ? deploymentData(source, deployed, translation) : "";
  const deployment = new Draft(
    "AWS::ApiGateway::Deployment",
    hashedId(`${id}Deployment`, data),
    {
      RestApiId: rest.ref,
      Description: data ? `RestApi deployment id: ${hashOf(data, 40)}` : undefined,
      StageName: isFilled(properties["OpenApiVersion"]) ? undefined : "Stage",
    },
    passed,
  );
  const stage = new Draft(
    "AWS::ApiGateway::Stage",
    stageId,
    {
      RestApiId: ref(id),
      DeploymentId: deployment.ref,
      StageName: name,
      CacheClusterEnabled: properties["CacheClusterEnabled"],
      CacheClusterSize: properties["CacheClusterSize"],
      Variables: properties["Variables"],
      MethodSettings: properties["MethodSettings"],
      AccessLogSetting: properties["AccessLogSetting"],
      CanarySetting: properties["CanarySetting"],
      TracingEnabled: properties["TracingEnabled"],
      Tags: properties["Tags"] === undefined ? undefined : tagList(properties["Tags"]),
    },
    passed,
  );
  return { deployment, stage };
}

/** What a deployment is of. Names of functions count: a function under another name has to be reached. */
function deploymentData({ id, properties }: Source, deployed: Value, translation: Translation): string {
  if (isFilled(properties["AlwaysDeploy"])) return String(Math.floor(translation.now / 1000));
  const { OpenApiVersion, Domain } = properties;
  return [
    pythonJson(deployed),
    isFilled(OpenApiVersion) ? String(OpenApiVersion) : "",
    isFilled(Domain) ? pythonJson(Domain) : "",
    translation.functionNames.get(id) ?? "",
  ]
    .filter((part) => part !== "")
    .join("||");
}

/** API Gateway may invoke the functions that authorize. */
function permissions({ id, properties }: Source, passed: Values, translation: Translation): Draft[] {
  const auth = properties["Auth"];
  if (!isMap(auth) || !isFilled(auth)) return [];
  checkAuth(id, auth);
  return restAuthorizers(id, auth["Authorizers"], undefined, translation)
    .filter((authorizer) => authorizer.invokes !== undefined)
    .map(
      (authorizer) =>
        new Draft(
          "AWS::Lambda::Permission",
          `${id}${authorizer.name}AuthorizerPermission`,
          {
            Action: "lambda:InvokeFunction",
            FunctionName: authorizer.invokes,
            Principal: "apigateway.amazonaws.com",
            SourceArn: sub(arnText(translation.partition, "execute-api", "${__ApiId__}/authorizers/*"), {
              __ApiId__: ref(id),
            }),
          },
          passed,
        ),
    );
}
