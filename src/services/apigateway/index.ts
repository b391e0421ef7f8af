import type { Service, ServiceFactory, ServiceHost } from "../../core/service.ts";
import { account } from "./account.ts";
import { apiKeys } from "./api-keys.ts";
import { authorizers } from "./authorizers.ts";
import { basePathMappings } from "./base-path-mappings.ts";
import { clientCertificates } from "./client-certificates.ts";
import { domainNames as domains } from "./collections.ts";
import { definitions } from "./definitions.ts";
import { deployments } from "./deployments.ts";
import { documentation } from "./documentation.ts";
import { DATA_PLANE, domainNames } from "./domain-names.ts";
import { gatewayResponses } from "./gateway-responses.ts";
import { httpControlPlane } from "./http/index.ts";
import { integrations } from "./integrations.ts";
import { methods } from "./methods.ts";
import { models } from "./models.ts";
import { ExecuteApi } from "./plane/plane.ts";
import { requestChecks } from "./request-checks.ts";
import { requestValidators } from "./request-validators.ts";
import { resources } from "./resources.ts";
import { restApis } from "./rest-apis.ts";
import { sdkTypes } from "./sdk-types.ts";
import { stages } from "./stages.ts";
import { checkingTags, tags } from "./tags.ts";
import { testInvoke } from "./test-invoke.ts";
import { usage } from "./usage.ts";
import { usagePlans } from "./usage-plans.ts";
import { vpcLinks } from "./vpc-links.ts";
import { managementApi } from "./websocket/management.ts";
import { webSocketOperations } from "./websocket/operations.ts";

/** Amazon API Gateway, version 1: the control plane of REST APIs. */
const restControlPlane = (host: ServiceHost): Service => ({
  name: "apigateway",
  operations: checkingTags({
    ...account,
    ...apiKeys,
    ...authorizers,
    ...basePathMappings,
    ...clientCertificates,
    ...definitions,
    ...deployments,
    ...documentation,
    ...domainNames,
    ...gatewayResponses,
    ...integrations,
    ...methods,
    ...models,
    ...requestValidators,
    ...resources,
    ...restApis,
    ...sdkTypes,
    ...stages,
    ...tags,
    ...testInvoke,
    ...usage,
    ...usagePlans,
    ...vpcLinks,
  }),
  validation: requestChecks,
  async start() {
    const hasDomains = ({ account: owner, region }: { account: string; region: string }) =>
      host.store(owner, region).collection(domains).count({ limit: 1 }) > 0;
    if (host.scopes().some(hasDomains)) await host.load(DATA_PLANE);
  },
});

/** The data plane of all APIs. */
const dataPlane = (host: ServiceHost): Service => {
  const plane = new ExecuteApi(host);
  return {
    name: "execute-api",
    operations: webSocketOperations,
    dataPlane: plane,
    stop: () => plane.close(),
  };
};

export const apigatewaymanagementapi: ServiceFactory = managementApi;

export const apigatewayv2: ServiceFactory = httpControlPlane;

export const executeApi: ServiceFactory = dataPlane;

export default restControlPlane satisfies ServiceFactory;
