import { patched } from "../mapping/apigateway-patched.ts";
import { defineType } from "../resource-type.ts";

const model = patched(
  {
    type: "AWS::ApiGateway::Model",
    service: "apigateway",
    replacedBy: ["ContentType", "Name", "RestApiId"],
    idOf: (output) => output["name"],
    keyOf: (id, { RestApiId }) => ({ RestApiId, ModelName: id, Name: id }),
    input: (properties) => ({ ContentType: "application/json", ...properties }),
    create: "CreateModel",
    delete: "DeleteModel",
    read: "GetModel",
  },
  "UpdateModel",
  { Description: "whole", Schema: "whole" },
);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-model.html */
export default defineType({
  ...model,
  // A model's name has letters and digits only.
  create: (properties, at) =>
    model.create({ Name: at.name(255).replace(/[^A-Za-z0-9]/g, ""), ...properties }, at),
});
