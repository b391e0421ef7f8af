import { declareService } from "../../../aws/declaration.ts";
import { defineResource } from "../../../aws/resource.ts";
import { taggedByArn } from "../../../aws/tags.ts";
import { type HttpApi, httpApis, type Stage, stages, type VpcLink, vpcLinks } from "./collections.ts";

interface Tagged {
  readonly Tags?: Record<string, string>;
}

const tags = taggedByArn<Tagged>({
  of: (thing) => thing.Tags,
  members: ["ResourceArn", "Tags", "TagKeys"],
  form: "map",
});
const at = (resource: string) => `arn:{partition}:apigateway:{region}::/${resource}`;

/** Amazon API Gateway, version 2: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/ */
export const apigatewayv2 = declareService({
  name: "apigatewayv2",
  requests: { mostBytes: 6 * 1024 * 1024 },
  iam: {
    prefix: "apigateway",
    byPath: true,
    takesRolesAs: ["apigateway.amazonaws.com"],
    passesRole: {
      CreateApi: "CredentialsArn",
      UpdateApi: "CredentialsArn",
      CreateIntegration: "CredentialsArn",
      UpdateIntegration: "CredentialsArn",
      CreateAuthorizer: "AuthorizerCredentialsArn",
      UpdateAuthorizer: "AuthorizerCredentialsArn",
    },
  },
  storeName: "apigateway",
  resources: {
    api: defineResource<HttpApi>({
      arn: at("apis/{ApiId}"),
      namedBy: { ApiId: true, ResourceArn: true },
      fis: "aws:apigatewayv2:api",
      cfn: "AWS::ApiGatewayV2::Api",
      collection: httpApis,
      tags,
    }),
    stage: defineResource<Stage>({
      arn: at("apis/{ApiId}/stages/{StageName}"),
      namedBy: { ApiId: "ApiId", StageName: true, ResourceArn: true },
      fis: "aws:apigatewayv2:stage",
      cfn: "AWS::ApiGatewayV2::Stage",
      collection: stages,
      tags,
    }),
    // They are kept, tagged and targeted as version 1's: both APIs have the same domain names.
    "domain-name": defineResource({
      arn: at("domainnames/{DomainName}"),
      namedBy: { DomainName: true, ResourceArn: true },
    }),
    "vpc-link": defineResource<VpcLink>({
      arn: at("vpclinks/{VpcLinkId}"),
      namedBy: { VpcLinkId: true, ResourceArn: true },
      fis: "aws:apigatewayv2:vpc-link",
      cfn: "AWS::ApiGatewayV2::VpcLink",
      collection: vpcLinks,
      tags,
    }),
  },
});
