import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html */
export default patched(
  {
    type: "AWS::ApiGateway::Authorizer",
    service: "apigateway",
    replacedBy: ["RestApiId"],
    idOf: (output) => output["id"],
    keyOf: (id, { RestApiId }) => ({ RestApiId, AuthorizerId: id }),
    attributesOf: (_output, _properties, id) => ({ AuthorizerId: id }),
    create: "CreateAuthorizer",
    delete: "DeleteAuthorizer",
    read: "GetAuthorizer",
  },
  "UpdateAuthorizer",
  {
    Name: "whole",
    Type: "whole",
    AuthType: "whole",
    AuthorizerUri: "whole",
    AuthorizerCredentials: "whole",
    IdentitySource: "whole",
    IdentityValidationExpression: "whole",
    AuthorizerResultTtlInSeconds: "whole",
    ProviderARNs: "items",
  },
);
