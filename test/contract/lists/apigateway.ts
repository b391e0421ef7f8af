import { arn, byId, type Call, type ListCase } from "../lists.ts";

const page = {
  service: "apigateway",
  size: "limit",
  token: "position",
  next: "position",
  items: "items",
} as const;

const byMember = (member: string) => (item: never) => (item as Record<string, string>)[member];
/** What an operation gave, by which it is found again. */
const given = async (answer: Promise<Record<string, unknown>>, member = "id") =>
  String((await answer)[member]);

/** The one API that a list is below, and its root resource. */
const newApi = (call: Call) => call("CreateRestApi", { name: "api" });
async function api(call: Call): Promise<{ restApiId: string }> {
  const { items } = (await call("GetRestApis")) as { items: { id: string }[] };
  return { restApiId: items[0]!.id };
}
async function root(call: Call): Promise<{ restApiId: string; resourceId: string }> {
  const { items } = (await call("GetRestApis")) as { items: { id: string; rootResourceId: string }[] };
  return { restApiId: items[0]!.id, resourceId: items[0]!.rootResourceId };
}
const ofApi = { input: (_account: string, call: Call) => api(call), prepare: newApi };

async function newMethod(call: Call): Promise<void> {
  await newApi(call);
  const method = { ...(await root(call)), httpMethod: "GET" };
  await call("PutMethod", { ...method, authorizationType: "NONE" });
  await call("PutIntegration", { ...method, type: "MOCK" });
}

/** A plan, and the key that has been made for it. */
const newPlan = (call: Call) => call("CreateUsagePlan", { name: "plan" });
async function plan(call: Call): Promise<{ usagePlanId: string }> {
  const { items } = (await call("GetUsagePlans")) as { items: { id: string }[] };
  return { usagePlanId: items[0]!.id };
}
/** Names of keys by their ids: usage is told by these. */
const names = new Map<string, string>();
const planKeys = {
  prepare: newPlan,
  ...byId(
    async (call, name) => {
      const keyId = await given(call("CreateApiKey", { name }));
      names.set(keyId, name);
      await call("CreateUsagePlanKey", { ...(await plan(call)), keyId, keyType: "API_KEY" });
      return keyId;
    },
    async (call, keyId) => call("DeleteUsagePlanKey", { ...(await plan(call)), keyId }),
  ),
};

const domain = { domainName: "example.com" };
const newDomain = (call: Call, domainName = domain.domainName) =>
  call("CreateDomainName", {
    domainName,
    regionalCertificateArn: arn("acm", call.account, "certificate/c"),
    endpointConfiguration: { types: ["REGIONAL"] },
  });

const restLists: readonly ListCase[] = [
  {
    ...page,
    operation: "GetRestApis",
    ...byId(
      (call, name) => given(call("CreateRestApi", { name })),
      (call, restApiId) => call("DeleteRestApi", { restApiId }),
    ),
    nameOf: byMember("name"),
  },
  {
    ...page,
    operation: "GetApiKeys",
    ...byId(
      (call, name) => given(call("CreateApiKey", { name })),
      (call, apiKey) => call("DeleteApiKey", { apiKey }),
    ),
    nameOf: byMember("name"),
  },
  {
    ...page,
    operation: "GetUsagePlans",
    ...byId(
      (call, name) => given(call("CreateUsagePlan", { name })),
      (call, usagePlanId) => call("DeleteUsagePlan", { usagePlanId }),
    ),
    nameOf: byMember("name"),
  },
  {
    ...page,
    operation: "GetUsagePlanKeys",
    input: (_account, call) => plan(call),
    ...planKeys,
    nameOf: byMember("name"),
  },
  {
    ...page,
    operation: "GetUsage",
    input: async (_account, call) => ({
      ...(await plan(call)),
      startDate: "2026-01-01",
      endDate: "2026-01-02",
    }),
    ...planKeys,
    items: ({ items }: { items: object }) => Object.keys(items),
    nameOf: (keyId: string) => names.get(keyId),
  },
  {
    ...page,
    operation: "GetAuthorizers",
    ...ofApi,
    ...byId(
      async (call, name) =>
        given(
          call("CreateAuthorizer", {
            ...(await api(call)),
            name,
            type: "TOKEN",
            authorizerUri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations",
            identitySource: "method.request.header.Authorization",
          }),
        ),
      async (call, authorizerId) => call("DeleteAuthorizer", { ...(await api(call)), authorizerId }),
    ),
    nameOf: byMember("name"),
  },
  {
    ...page,
    operation: "GetDeployments",
    ...ofApi,
    prepare: newMethod,
    ...byId(
      async (call, description) => given(call("CreateDeployment", { ...(await api(call)), description })),
      async (call, deploymentId) => call("DeleteDeployment", { ...(await api(call)), deploymentId }),
    ),
    nameOf: byMember("description"),
  },
  {
    ...page,
    operation: "GetDocumentationParts",
    ...ofApi,
    ...byId(
      async (call, name) =>
        given(
          call("CreateDocumentationPart", {
            ...(await api(call)),
            location: { type: "MODEL", name },
            properties: '{"description":"d"}',
          }),
        ),
      async (call, documentationPartId) =>
        call("DeleteDocumentationPart", { ...(await api(call)), documentationPartId }),
    ),
    nameOf: ({ location }: { location: { name: string } }) => location.name,
  },
  {
    ...page,
    operation: "GetDocumentationVersions",
    ...ofApi,
    add: async (call, documentationVersion) =>
      call("CreateDocumentationVersion", { ...(await api(call)), documentationVersion }),
    remove: async (call, documentationVersion) =>
      call("DeleteDocumentationVersion", { ...(await api(call)), documentationVersion }),
    nameOf: byMember("version"),
  },
  {
    ...page,
    operation: "GetModels",
    ...ofApi,
    async prepare(call) {
      await newApi(call);
      // Every API begins with these.
      for (const modelName of ["Empty", "Error"])
        await call("DeleteModel", { ...(await api(call)), modelName });
    },
    add: async (call, name) =>
      call("CreateModel", { ...(await api(call)), name, contentType: "application/json", schema: "{}" }),
    remove: async (call, modelName) => call("DeleteModel", { ...(await api(call)), modelName }),
    nameOf: byMember("name"),
  },
  {
    ...page,
    operation: "GetRequestValidators",
    ...ofApi,
    ...byId(
      async (call, name) => given(call("CreateRequestValidator", { ...(await api(call)), name })),
      async (call, requestValidatorId) =>
        call("DeleteRequestValidator", { ...(await api(call)), requestValidatorId }),
    ),
    nameOf: byMember("name"),
  },
  {
    ...page,
    operation: "GetResources",
    ...ofApi,
    ...byId(
      async (call, pathPart) => {
        const { restApiId, resourceId: parentId } = await root(call);
        return given(call("CreateResource", { restApiId, parentId, pathPart }));
      },
      async (call, resourceId) => call("DeleteResource", { ...(await api(call)), resourceId }),
    ),
    nameOf: byMember("pathPart"),
  },
  { ...page, operation: "GetGatewayResponses", ...ofApi, nameOf: byMember("responseType") },
  { ...page, operation: "GetSdkTypes", nameOf: byMember("id") },
  {
    ...page,
    operation: "GetClientCertificates",
    ...byId(
      (call, description) => given(call("GenerateClientCertificate", { description }), "clientCertificateId"),
      (call, clientCertificateId) => call("DeleteClientCertificate", { clientCertificateId }),
    ),
    nameOf: byMember("description"),
  },
  {
    ...page,
    operation: "GetDomainNames",
    add: (call, name) => newDomain(call, `${name}.example.com`),
    remove: (call, name) => call("DeleteDomainName", { domainName: `${name}.example.com` }),
    nameOf: ({ domainName }: { domainName: string }) => domainName.split(".")[0],
  },
  {
    ...page,
    operation: "GetBasePathMappings",
    input: () => domain,
    async prepare(call) {
      await newApi(call);
      await newDomain(call);
    },
    add: async (call, basePath) =>
      call("CreateBasePathMapping", { ...domain, ...(await api(call)), basePath }),
    remove: (call, basePath) => call("DeleteBasePathMapping", { ...domain, basePath }),
    nameOf: byMember("basePath"),
  },
  {
    ...page,
    operation: "GetDomainNameAccessAssociations",
    prepare: newDomain,
    ...byId(
      (call, accessAssociationSource) =>
        given(
          call("CreateDomainNameAccessAssociation", {
            domainNameArn: "arn:aws:apigateway:us-east-1::/domainnames/example.com",
            accessAssociationSource,
            accessAssociationSourceType: "VPCE",
          }),
          "domainNameAccessAssociationArn",
        ),
      (call, domainNameAccessAssociationArn) =>
        call("DeleteDomainNameAccessAssociation", { domainNameAccessAssociationArn }),
    ),
    nameOf: byMember("accessAssociationSource"),
  },
  {
    ...page,
    operation: "GetVpcLinks",
    ...byId(
      (call, name) =>
        given(
          call("CreateVpcLink", {
            name,
            targetArns: [arn("elasticloadbalancing", call.account, "loadbalancer/net/n/1")],
          }),
        ),
      (call, vpcLinkId) => call("DeleteVpcLink", { vpcLinkId }),
    ),
    nameOf: byMember("name"),
  },
];

const pageV2 = {
  service: "apigatewayv2",
  size: "MaxResults",
  sizeIsText: true,
  token: "NextToken",
  next: "NextToken",
  items: "Items",
} as const;

const newHttpApi = (call: Call) => call("CreateApi", { Name: "api", ProtocolType: "HTTP" });
const newSocketApi = (call: Call) =>
  call("CreateApi", {
    Name: "api",
    ProtocolType: "WEBSOCKET",
    RouteSelectionExpression: "$request.body.action",
  });
async function apiV2(call: Call): Promise<{ ApiId: string }> {
  const { Items } = (await call("GetApis")) as { Items: { ApiId: string }[] };
  return { ApiId: Items[0]!.ApiId };
}
const ofApiV2 = { input: (_account: string, call: Call) => apiV2(call), prepare: newHttpApi };

/** The one integration of the one API. */
async function integration(call: Call) {
  const { Items } = (await call("GetIntegrations", await apiV2(call))) as {
    Items: { IntegrationId: string }[];
  };
  return { ...(await apiV2(call)), IntegrationId: Items[0]!.IntegrationId };
}
const newDomainV2 = (call: Call, DomainName: string) =>
  call("CreateDomainName", {
    DomainName,
    DomainNameConfigurations: [
      { CertificateArn: arn("acm", call.account, "certificate/c"), EndpointType: "REGIONAL" },
    ],
  });

const v2Lists: readonly ListCase[] = [
  {
    ...pageV2,
    operation: "GetApis",
    ...byId(
      (call, Name) => given(call("CreateApi", { Name, ProtocolType: "HTTP" }), "ApiId"),
      (call, ApiId) => call("DeleteApi", { ApiId }),
    ),
    nameOf: byMember("Name"),
  },
  {
    ...pageV2,
    operation: "GetAuthorizers",
    ...ofApiV2,
    ...byId(
      async (call, Name) =>
        given(
          call("CreateAuthorizer", {
            ...(await apiV2(call)),
            Name,
            AuthorizerType: "JWT",
            IdentitySource: ["$request.header.Authorization"],
            JwtConfiguration: { Audience: ["a"], Issuer: "https://issuer.example.com" },
          }),
          "AuthorizerId",
        ),
      async (call, AuthorizerId) => call("DeleteAuthorizer", { ...(await apiV2(call)), AuthorizerId }),
    ),
    nameOf: byMember("Name"),
  },
  {
    ...pageV2,
    operation: "GetIntegrations",
    ...ofApiV2,
    ...byId(
      async (call, Description) =>
        given(
          call("CreateIntegration", {
            ...(await apiV2(call)),
            Description,
            IntegrationType: "HTTP_PROXY",
            IntegrationMethod: "GET",
            IntegrationUri: "https://example.com/",
            PayloadFormatVersion: "1.0",
          }),
          "IntegrationId",
        ),
      async (call, IntegrationId) => call("DeleteIntegration", { ...(await apiV2(call)), IntegrationId }),
    ),
    nameOf: byMember("Description"),
  },
  {
    ...pageV2,
    operation: "GetIntegrationResponses",
    input: (_account, call) => integration(call),
    async prepare(call) {
      await newSocketApi(call);
      await call("CreateIntegration", { ...(await apiV2(call)), IntegrationType: "MOCK" });
    },
    ...byId(
      async (call, name) =>
        given(
          call("CreateIntegrationResponse", {
            ...(await integration(call)),
            IntegrationResponseKey: `/${name}/`,
          }),
          "IntegrationResponseId",
        ),
      async (call, IntegrationResponseId) =>
        call("DeleteIntegrationResponse", { ...(await integration(call)), IntegrationResponseId }),
    ),
    nameOf: (item: { IntegrationResponseKey: string }) => item.IntegrationResponseKey.replaceAll("/", ""),
  },
  {
    ...pageV2,
    operation: "GetRoutes",
    ...ofApiV2,
    ...byId(
      async (call, name) =>
        given(call("CreateRoute", { ...(await apiV2(call)), RouteKey: `GET /${name}` }), "RouteId"),
      async (call, RouteId) => call("DeleteRoute", { ...(await apiV2(call)), RouteId }),
    ),
    nameOf: ({ RouteKey }: { RouteKey: string }) => RouteKey.split("/")[1],
  },
  {
    ...pageV2,
    operation: "GetModels",
    ...ofApiV2,
    prepare: newSocketApi,
    ...byId(
      async (call, Name) =>
        given(
          call("CreateModel", {
            ...(await apiV2(call)),
            Name,
            ContentType: "application/json",
            Schema: "{}",
          }),
          "ModelId",
        ),
      async (call, ModelId) => call("DeleteModel", { ...(await apiV2(call)), ModelId }),
    ),
    nameOf: byMember("Name"),
  },
  {
    ...pageV2,
    operation: "GetDeployments",
    ...ofApiV2,
    async prepare(call) {
      await newHttpApi(call);
      const { IntegrationId } = await call("CreateIntegration", {
        ...(await apiV2(call)),
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "GET",
        IntegrationUri: "https://example.com/",
        PayloadFormatVersion: "1.0",
      });
      await call("CreateRoute", {
        ...(await apiV2(call)),
        RouteKey: "$default",
        Target: `integrations/${IntegrationId}`,
      });
    },
    ...byId(
      async (call, Description) =>
        given(call("CreateDeployment", { ...(await apiV2(call)), Description }), "DeploymentId"),
      async (call, DeploymentId) => call("DeleteDeployment", { ...(await apiV2(call)), DeploymentId }),
    ),
    nameOf: byMember("Description"),
  },
  {
    ...pageV2,
    operation: "GetStages",
    ...ofApiV2,
    add: async (call, StageName) => call("CreateStage", { ...(await apiV2(call)), StageName }),
    remove: async (call, StageName) => call("DeleteStage", { ...(await apiV2(call)), StageName }),
    nameOf: byMember("StageName"),
  },
  {
    ...pageV2,
    operation: "GetDomainNames",
    add: (call, name) => newDomainV2(call, `${name}.example.com`),
    remove: (call, name) => call("DeleteDomainName", { DomainName: `${name}.example.com` }),
    nameOf: ({ DomainName }: { DomainName: string }) => DomainName.split(".")[0],
  },
  {
    ...pageV2,
    operation: "GetApiMappings",
    input: () => ({ DomainName: "example.com" }),
    async prepare(call) {
      await newHttpApi(call);
      await call("CreateStage", { ...(await apiV2(call)), StageName: "live" });
      await newDomainV2(call, "example.com");
    },
    ...byId(
      async (call, ApiMappingKey) =>
        given(
          call("CreateApiMapping", {
            ...(await apiV2(call)),
            DomainName: "example.com",
            Stage: "live",
            ApiMappingKey,
          }),
          "ApiMappingId",
        ),
      (call, ApiMappingId) => call("DeleteApiMapping", { DomainName: "example.com", ApiMappingId }),
    ),
    nameOf: byMember("ApiMappingKey"),
  },
  {
    ...pageV2,
    operation: "GetVpcLinks",
    ...byId(
      (call, Name) => given(call("CreateVpcLink", { Name, SubnetIds: ["subnet-1"] }), "VpcLinkId"),
      (call, VpcLinkId) => call("DeleteVpcLink", { VpcLinkId }),
    ),
    nameOf: byMember("Name"),
  },
];

export const lists: readonly ListCase[] = [...restLists, ...v2Lists];
