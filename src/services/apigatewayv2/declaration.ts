export { apigatewayv2 as default } from "../apigateway/http/declaration.ts";
