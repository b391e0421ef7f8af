import { connectionPoint } from "../../aws/connection-point.ts";

/** Where rules act on connections to clusters. */
export const CONNECTION = "dsql:connection";

export const clusterConnectionPoint = connectionPoint(
  "a cluster. `resource` is its ARN; `input` has `identifier`.",
);
