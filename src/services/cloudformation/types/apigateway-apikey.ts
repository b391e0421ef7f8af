import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html */
export default patched(
  {
    type: "AWS::ApiGateway::ApiKey",
    service: "apigateway",
    replacedBy: ["GenerateDistinctId", "Name", "Value"],
    idOf: (output) => output["id"],
    keyOf: (id) => ({ ApiKey: id }),
    input: (properties, at) => ({ Name: at.name(128), ...properties }),
    attributesOf: (_output, _properties, id) => ({ APIKeyId: id }),
    // The service says stages in another form.
    describedIn: (output) => ({ ...output, stageKeys: undefined }),
    create: "CreateApiKey",
    delete: "DeleteApiKey",
    read: "GetApiKey",
  },
  "UpdateApiKey",
  { CustomerId: "whole", Description: "whole", Enabled: "whole" },
  (id) => `/apikeys/${id}`,
);
