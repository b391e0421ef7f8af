import { connectionPoint } from "../../aws/connection-point.ts";
import type { FaultPoint } from "../../core/fault.ts";

/** Where rules act on the nodes of clusters. */
export const NODE = "memorydb:node";

export const nodePoint: FaultPoint = {
  description:
    "A node of a cluster. `resource` is the cluster's ARN; `input` has `ClusterName`, `ShardName`, `NodeName` and `AvailabilityZone`. A rule acts on every node that it matches for as long as it is there.",
  effects: {
    "power-off": {
      description:
        "The node has no power: connections to it are cut, new ones are refused. A replica of a primary that fails is promoted. With the rule's end the node comes back as a replica.",
      parameters: {},
    },
  },
};

/** Where rules act on connections to clusters. */
export const CONNECTION = "memorydb:connection";

export const clusterConnectionPoint = connectionPoint(
  "a cluster. `resource` is its ARN; `input` has `Endpoint` (`cluster` or `node`), `ClusterName`, `ShardName` and `NodeName`.",
);

/** Where rules act on what regional clusters send each other. */
export const REPLICATION = "memorydb:replication";

export const replicationPoint: FaultPoint = {
  description:
    "What a regional cluster sends to the others of its multi-Region cluster, and gets of them. `resource` is the ARN of the multi-Region cluster, and that of the regional one; `input` has `Region`, `ClusterName` and `MultiRegionClusterName`. A rule acts as long as it is there.",
  effects: {
    pause: {
      description:
        "Nothing is sent to the regional cluster, and nothing by it. What was written meanwhile gets through with the rule's end.",
      parameters: {},
    },
  },
};
