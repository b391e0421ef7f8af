import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-vpclink.html */
export default patched(
  {
    type: "AWS::ApiGateway::VpcLink",
    service: "apigateway",
    replacedBy: ["TargetArns"],
    idOf: (output) => output["id"],
    keyOf: (id) => ({ VpcLinkId: id }),
    attributesOf: (_output, _properties, id) => ({ VpcLinkId: id }),
    create: "CreateVpcLink",
    delete: "DeleteVpcLink",
    read: "GetVpcLink",
  },
  "UpdateVpcLink",
  { Name: "whole", Description: "whole" },
  (id) => `/vpclinks/${id}`,
);
