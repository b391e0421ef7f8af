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
    service: "apigateway",
    type: "stage",
    async create(call, name) {
      const { id: restApiId } = await call("CreateRestApi", { name });
      const { items } = await call("GetResources", { restApiId });
      const [{ id: resourceId }] = items as [{ id: string }];
      const method = { restApiId, resourceId, httpMethod: "GET" };
      await call("PutMethod", { ...method, authorizationType: "NONE" });
      await call("PutIntegration", { ...method, type: "MOCK" });
      await call("CreateDeployment", { restApiId, stageName: "dev" });
      return at(`restapis/${restApiId}/stages/dev`);
    },
  },
  {
    service: "apigateway",
    type: "domain-name",
    create: async (call, name) =>
      at(
        `domainnames/${(await call("CreateDomainName", { domainName: `${name}.example.com` }))["domainName"]}`,
      ),
  },
  {
    service: "apigateway",
    type: "vpc-link",
    create: async (call, name) => {
      const targetArns = ["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/l/1"];
      return at(`vpclinks/${(await call("CreateVpcLink", { name, targetArns }))["id"]}`);
    },
  },
  {
    service: "apigateway",
    type: "client-certificate",
    create: async (call) =>
      at(`clientcertificates/${(await call("GenerateClientCertificate"))["clientCertificateId"]}`),
  },
  {
    service: "apigatewayv2",
    type: "stage",
    async create(call, Name) {
      const { ApiId } = await call("CreateApi", { Name, ProtocolType: "HTTP" });
      await call("CreateStage", { ApiId, StageName: "dev" });
      return at(`apis/${ApiId}/stages/dev`);
    },
  },
  {
    service: "apigatewayv2",
    type: "vpc-link",
    create: async (call, Name) =>
      at(`vpclinks/${(await call("CreateVpcLink", { Name, SubnetIds: ["subnet-1"] }))["VpcLinkId"]}`),
  },
  {
    service: "apigatewayv2",
    type: "api",
    create: async (call, Name) =>
      at(`apis/${(await call("CreateApi", { Name, ProtocolType: "HTTP" }))["ApiId"]}`),
  },
];
