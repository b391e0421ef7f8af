import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-requestvalidator.html */
export default patched(
  {
    type: "AWS::ApiGateway::RequestValidator",
    service: "apigateway",
    replacedBy: ["Name", "RestApiId"],
    idOf: (output) => output["id"],
    keyOf: (id, { RestApiId }) => ({ RestApiId, RequestValidatorId: id }),
    attributesOf: (_output, _properties, id) => ({ RequestValidatorId: id }),
    create: "CreateRequestValidator",
    delete: "DeleteRequestValidator",
    read: "GetRequestValidator",
  },
  "UpdateRequestValidator",
  { ValidateRequestBody: "whole", ValidateRequestParameters: "whole" },
);
