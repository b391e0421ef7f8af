import type { TaggedCase } from "../tagged.ts";

const at = (resource: string) => `arn:aws:apigateway:us-east-1::/${resource}`;

export const tagged: readonly TaggedCase[] = [
  {
    service: "apigateway",
    type: "rest-api",
    create: async (call, name) => at(`restapis/${(await call("CreateRestApi", { name }))["id"]}`),
  },
  {
    service: "apigateway",
    type: "api-key",
    create: async (call, name) => at(`apikeys/${(await call("CreateApiKey", { name }))["id"]}`),
  },
  {
    service: "apigateway",
    type: "usage-plan",
    create: async (call, name) => at(`usageplans/${(await call("CreateUsagePlan", { name }))["id"]}`),
  },
  {
    service: "apigatewayv2",
    type: "api",
    create: async (call, Name) =>
      at(`apis/${(await call("CreateApi", { Name, ProtocolType: "HTTP" }))["ApiId"]}`),
  },
];
