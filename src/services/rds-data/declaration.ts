import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { partsOf } from "../../core/arn.ts";

/** The RDS Data API: https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/ and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrdsdataapi.html */
export default declareService({
  name: "rds-data",
  resources: {
    /** The cluster, which RDS keeps. */
    cluster: defineResource({
      arn: "arn:{partition}:rds:{region}:{account}:cluster:{DBClusterIdentifier}",
      namedBy: { resourceArn: clusterOf, dbClusterOrInstanceArn: clusterOf },
    }),
  },
});

function clusterOf(arn: string) {
  const [, DBClusterIdentifier] = /^arn:[^:]*:rds:[^:]*:[^:]*:cluster:([^:]+)$/.exec(arn) ?? [];
  if (DBClusterIdentifier === undefined) return undefined;
  const { account, region } = partsOf(arn);
  return { account, region, DBClusterIdentifier };
}
