import { connectionPoint } from "../../aws/connection-point.ts";
import type { FaultPoint } from "../../core/fault.ts";

/** Where rules act on the nodes of caches. */
export const NODE = "elasticache:node";

export const nodePoint: FaultPoint = {
  description:
    "A cache node. `resource` is its cluster's ARN, and that of its replication group; `input` has `CacheClusterId`, `ReplicationGroupId` and `AvailabilityZone`. A rule acts on every node that it matches for as long as it is there.",
  effects: {
    "power-off": {
      description:
        "The node has no power: connections to it are cut, new ones are refused, what it held is lost. A replica of a primary that fails is promoted where automatic failover is enabled. With the rule's end the node comes back as a replica.",
      parameters: {},
    },
  },
};

/** Where rules act on connections to caches. */
export const CONNECTION = "elasticache:connection";

export const cacheConnectionPoint = connectionPoint(
  "a cache. `resource` is the ARN of its replication group, and that of the node's cluster; `input` has `Endpoint` (`primary`, `reader` or `node`), `ReplicationGroupId` and `CacheClusterId`.",
);
