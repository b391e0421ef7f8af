export { apigatewayv2 as default } from "../apigateway/index.ts";
