import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-documentationpart.html */
export default patched(
  {
    type: "AWS::ApiGateway::DocumentationPart",
    service: "apigateway",
    replacedBy: ["Location", "RestApiId"],
    idOf: (output) => output["id"],
    keyOf: (id, { RestApiId }) => ({ RestApiId, DocumentationPartId: id }),
    attributesOf: (_output, _properties, id) => ({ DocumentationPartId: id }),
    create: "CreateDocumentationPart",
    delete: "DeleteDocumentationPart",
    read: "GetDocumentationPart",
  },
  "UpdateDocumentationPart",
  { Properties: "whole" },
);
