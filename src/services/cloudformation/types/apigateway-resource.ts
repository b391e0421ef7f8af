import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-resource.html */
export default mapped({
  type: "AWS::ApiGateway::Resource",
  service: "apigateway",
  replacedBy: ["ParentId", "PathPart", "RestApiId"],
  required: ["ParentId", "PathPart", "RestApiId"],
  idOf: (output) => output["id"],
  keyOf: (id, { RestApiId }) => ({ RestApiId, ResourceId: id }),
  attributesOf: (_output, _properties, id) => ({ ResourceId: id }),
  create: "CreateResource",
  delete: "DeleteResource",
  read: "GetResource",
});
