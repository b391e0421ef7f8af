import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html */
export default mapped({
  type: "AWS::Lambda::EventInvokeConfig",
  service: "lambda",
  replacedBy: ["FunctionName", "Qualifier"],
  required: ["FunctionName", "Qualifier"],
  idOf: (_output, { FunctionName, Qualifier }) => `${FunctionName}|${Qualifier}`,
  create: "PutFunctionEventInvokeConfig",
  update: "PutFunctionEventInvokeConfig",
  delete: "DeleteFunctionEventInvokeConfig",
  read: "GetFunctionEventInvokeConfig",
});
