import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_VpcLink.html (status), and version 2's VpcLinkStatus */
export const vpcLinkLifecycle = defineLifecycle({
  point: "apigateway:vpc-link-state",
  of: "a VPC link",
  stages: {
    PENDING: { next: "AVAILABLE", takesMs: 120_000, failed: "FAILED" },
    DELETING: { takesMs: 60_000 },
  },
});

/** https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html (domainNameStatus), and version 2's DomainNameStatus */
export const domainNameLifecycle = defineLifecycle({
  point: "apigateway:domain-name-state",
  of: "a domain name",
  stages: {
    UPDATING: { next: "AVAILABLE", takesMs: 30_000 },
  },
});

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html (DeploymentStatus) */
export const deploymentLifecycle = defineLifecycle({
  point: "apigateway:deployment-state",
  of: "a deployment of an HTTP or WebSocket API (the resource is the API)",
  stages: { PENDING: { next: "DEPLOYED", takesMs: 1_000, failed: "FAILED" } },
});

/** https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html (cacheClusterStatus) */
export const cacheLifecycle = defineLifecycle({
  point: "apigateway:cache-cluster-state",
  of: "the cache cluster of a REST API's stage (the resource is the stage)",
  stages: {
    CREATE_IN_PROGRESS: { next: "AVAILABLE", takesMs: 240_000 },
    DELETE_IN_PROGRESS: { next: "NOT_AVAILABLE", takesMs: 60_000 },
    FLUSH_IN_PROGRESS: { next: "AVAILABLE", takesMs: 30_000 },
  },
});
