import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html */
export default mapped({
  type: "AWS::ApiGateway::GatewayResponse",
  service: "apigateway",
  replacedBy: ["ResponseType", "RestApiId"],
  idOf: (_output, properties) => `${properties["RestApiId"]}|${properties["ResponseType"]}`,
  attributesOf: (_output, _properties, id) => ({ Id: id }),
  // One that is not customised is there all the same.
  describedIn: (output) => (output["defaultResponse"] ? undefined : output),
  create: "PutGatewayResponse",
  update: "PutGatewayResponse",
  delete: "DeleteGatewayResponse",
  read: "GetGatewayResponse",
});
