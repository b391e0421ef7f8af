export { apigatewaymanagementapi as default } from "../apigateway/index.ts";
