import { connectionPoint } from "../../aws/connection-point.ts";

/** Where rules act on connections to databases. */
export const CONNECTION = "rds:connection";

export const databaseConnectionPoint = connectionPoint(
  "a database. `resource` is the ARN of its DB instance, and that of its cluster; `input` has `Endpoint` (`instance`, `writer` or `reader`), `DBInstanceIdentifier` and `DBClusterIdentifier`.",
);
