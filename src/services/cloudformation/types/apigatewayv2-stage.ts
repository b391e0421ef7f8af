import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
export default mapped({
  type: "AWS::ApiGatewayV2::Stage",
  service: "apigatewayv2",
  replacedBy: ["ApiId", "StageName"],
  idOf: (_output, { StageName }) => StageName,
  keyOf: (id, { ApiId }) => ({ ApiId, StageName: id }),
  create: "CreateStage",
  update: "UpdateStage",
  delete: "DeleteStage",
  read: "GetStage",
});
