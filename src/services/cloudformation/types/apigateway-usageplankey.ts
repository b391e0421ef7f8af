import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplankey.html */
export default mapped({
  type: "AWS::ApiGateway::UsagePlanKey",
  service: "apigateway",
  replacedBy: ["KeyId", "KeyType", "UsagePlanId"],
  required: ["KeyId", "KeyType", "UsagePlanId"],
  idOf: (_output, { KeyId, UsagePlanId }) => `${KeyId}:${UsagePlanId}`,
  attributesOf: (_output, _properties, id) => ({ Id: id }),
  create: "CreateUsagePlanKey",
  delete: "DeleteUsagePlanKey",
  read: "GetUsagePlanKey",
});
