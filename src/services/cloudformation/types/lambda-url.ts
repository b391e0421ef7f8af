import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html */
export default mapped({
  type: "AWS::Lambda::Url",
  service: "lambda",
  replacedBy: ["Qualifier", "TargetFunctionArn"],
  required: ["AuthType", "TargetFunctionArn"],
  idOf: (output) => output["FunctionArn"],
  // The SAM CLI asks Cloud Control for the URL of a function by the function's name.
  keyOf: (id, properties) => ({ FunctionName: properties["TargetFunctionArn"] ?? id }),
  input: (properties) => ({ ...properties, FunctionName: properties["TargetFunctionArn"] }),
  attributesOf: (output) => ({ FunctionArn: output["FunctionArn"], FunctionUrl: output["FunctionUrl"] }),
  create: "CreateFunctionUrlConfig",
  update: "UpdateFunctionUrlConfig",
  delete: "DeleteFunctionUrlConfig",
  read: "GetFunctionUrlConfig",
});
