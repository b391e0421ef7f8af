import { part } from "../mapping/apigatewayv2-part.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-model.html */
export default part("Model", ["ApiId"]);
