import type { Service } from "../../../core/service.ts";
import { checkingTags } from "../tags.ts";
import { apis } from "./apis.ts";
import { authorizers } from "./authorizers.ts";
import { definitions } from "./definitions.ts";
import { deployments } from "./deployments.ts";
import { domainNames } from "./domain-names.ts";
import { integrations } from "./integrations.ts";
import { models } from "./models.ts";
import { routes } from "./routes.ts";
import { stages } from "./stages.ts";
import { tags } from "./tags.ts";
import { vpcLinks } from "./vpc-links.ts";

/** Amazon API Gateway, version 2: the control plane of HTTP and WebSocket APIs. */
export const httpControlPlane = (): Service => ({
  name: "apigatewayv2",
  operations: checkingTags({
    ...apis,
    ...authorizers,
    ...definitions,
    ...deployments,
    ...domainNames,
    ...integrations,
    ...models,
    ...routes,
    ...stages,
    ...tags,
    ...vpcLinks,
  }),
});
