import type { Service, ServiceFactory, ServiceHost } from "../../core/service.ts";
import { deployments } from "./deployments.ts";
import { integrations } from "./integrations.ts";
import { methods } from "./methods.ts";
import { models } from "./models.ts";
import { ExecuteApi } from "./plane/plane.ts";
import { resources } from "./resources.ts";
import { restApis } from "./rest-apis.ts";
import { stages } from "./stages.ts";

/** The store that all faces of API Gateway share. */
const STORE = { storeName: "apigateway" } as const;

/** Amazon API Gateway, version 1: the control plane of REST APIs. */
const restControlPlane = (): Service => ({
  name: "apigateway",
  operations: {
    ...restApis,
    ...resources,
    ...methods,
    ...integrations,
    ...models,
    ...deployments,
    ...stages,
  },
});

/** The data plane of all APIs. */
const dataPlane = (host: ServiceHost): Service => ({
  name: "execute-api",
  operations: {},
  dataPlane: new ExecuteApi(host),
});

export const executeApi: ServiceFactory = Object.assign(dataPlane, STORE);

export default Object.assign(restControlPlane, STORE) satisfies ServiceFactory;
