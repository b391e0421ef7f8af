export { executeApi as default } from "../apigateway/index.ts";
