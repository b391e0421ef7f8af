import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-documentationversion.html */
export default patched(
  {
    type: "AWS::ApiGateway::DocumentationVersion",
    service: "apigateway",
    replacedBy: ["DocumentationVersion", "RestApiId"],
    idOf: (_output, properties) => properties["DocumentationVersion"],
    keyOf: (id, { RestApiId }) => ({ RestApiId, DocumentationVersion: id }),
    create: "CreateDocumentationVersion",
    delete: "DeleteDocumentationVersion",
    read: "GetDocumentationVersion",
  },
  "UpdateDocumentationVersion",
  { Description: "whole" },
);
