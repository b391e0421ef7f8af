import { part } from "../mapping/apigatewayv2-part.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-routeresponse.html */
export default part("RouteResponse", ["ApiId", "RouteId"], ["ApiId", "RouteId"]);
