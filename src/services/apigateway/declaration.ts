import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import * as kept from "./collections.ts";
import * as lifecycles from "./lifecycles.ts";

interface Tagged {
  readonly tags?: Record<string, string>;
}

const tags = taggedByArn<Tagged>({
  of: (thing) => thing.tags,
  members: ["resourceArn", "tags", "tagKeys"],
  form: "map",
});
const at = (resource: string) => `arn:{partition}:apigateway:{region}::/${resource}`;

/** Amazon API Gateway, version 1: https://docs.aws.amazon.com/apigateway/latest/api/ */
export default declareService({
  name: "apigateway",
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: a definition of 6 MB
  requests: { mostBytes: 6 * 1024 * 1024 },
  iam: {
    prefix: "apigateway",
    byPath: true,
    passesRole: {
      PutIntegration: "credentials",
      CreateAuthorizer: "authorizerCredentials",
      UpdateIntegration: "patchOperations[].value",
      UpdateAuthorizer: "patchOperations[].value",
      UpdateAccount: "patchOperations[].value",
    },
  },
  faultPoints: Object.assign({}, ...Object.values(lifecycles).map(lifecyclePoint)),
  resources: {
    "rest-api": defineResource<kept.RestApi>({
      arn: at("restapis/{restApiId}"),
      namedBy: { restApiId: true, resourceArn: true },
      fis: "aws:apigateway:rest-api",
      cfn: "AWS::ApiGateway::RestApi",
      collection: kept.restApis,
      tags,
    }),
    stage: defineResource<kept.Stage>({
      arn: at("restapis/{restApiId}/stages/{stageName}"),
      namedBy: { restApiId: "restApiId", stageName: true, resourceArn: true },
      fis: "aws:apigateway:stage",
      cfn: "AWS::ApiGateway::Stage",
      collection: kept.stages,
      tags,
    }),
    "api-key": defineResource<kept.ApiKey>({
      arn: at("apikeys/{apiKey}"),
      namedBy: { apiKey: true, resourceArn: true },
      fis: "aws:apigateway:api-key",
      cfn: "AWS::ApiGateway::ApiKey",
      collection: kept.apiKeys,
      tags,
    }),
    "usage-plan": defineResource<kept.UsagePlan>({
      arn: at("usageplans/{usagePlanId}"),
      namedBy: { usagePlanId: true, resourceArn: true },
      fis: "aws:apigateway:usage-plan",
      cfn: "AWS::ApiGateway::UsagePlan",
      collection: kept.usagePlans,
      tags,
    }),
    "domain-name": defineResource<kept.DomainName>({
      arn: at("domainnames/{domainName}"),
      namedBy: { domainName: true, resourceArn: true },
      fis: "aws:apigateway:domain-name",
      cfn: "AWS::ApiGateway::DomainName",
      collection: kept.domainNames,
      tags,
    }),
    "vpc-link": defineResource<kept.VpcLink>({
      arn: at("vpclinks/{vpcLinkId}"),
      namedBy: { vpcLinkId: true, resourceArn: true },
      fis: "aws:apigateway:vpc-link",
      cfn: "AWS::ApiGateway::VpcLink",
      collection: kept.vpcLinks,
      tags,
    }),
    "client-certificate": defineResource<kept.ClientCertificate>({
      arn: at("clientcertificates/{clientCertificateId}"),
      namedBy: { clientCertificateId: true, resourceArn: true },
      fis: "aws:apigateway:client-certificate",
      cfn: "AWS::ApiGateway::ClientCertificate",
      collection: kept.clientCertificates,
      tags,
    }),
  },
});
