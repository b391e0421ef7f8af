import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { type ClusterRecord, clusterRecords } from "./cluster.ts";
import { CONNECTION, clusterConnectionPoint } from "./fault-points.ts";
import { clusterLifecycle } from "./lifecycles.ts";

/** Amazon Aurora DSQL: https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/ and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonauroradsql.html */
export default declareService({
  name: "dsql",
  resources: {
    cluster: defineResource<ClusterRecord>({
      arn: "arn:{partition}:dsql:{region}:{account}:cluster/{identifier}",
      namedBy: { identifier: true, clusterIdentifier: true, resourceArn: true },
      fis: "aws:dsql:cluster",
      cfn: "AWS::DSQL::Cluster",
      collection: clusterRecords,
      // Passwords and folders are drawn.
      counted: ({ adminPassword: _, databaseId: __, ...record }) => record,
      tags: taggedByArn<ClusterRecord>({
        of: ({ tags }) => tags,
        members: ["resourceArn", "tags", "tagKeys"],
        form: "map",
      }),
    }),
  },
  faultPoints: { [CONNECTION]: clusterConnectionPoint, ...lifecyclePoint(clusterLifecycle) },
});
