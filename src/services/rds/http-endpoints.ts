import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterArn, clusterRecords } from "./db-cluster.ts";
import { resourceNotFound, resourceState } from "./errors.ts";
import { bare } from "./ids.ts";

/** Whether the Data API takes statements for a cluster: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html */
export const httpEndpoints: Handlers<RDS.Operations> = {
  EnableHttpEndpoint: ({ ResourceArn }, ctx) => set(ResourceArn, true, ctx),
  DisableHttpEndpoint: ({ ResourceArn }, ctx) => set(ResourceArn, false, ctx),
};

/** @throws ResourceNotFoundFault, InvalidResourceStateFault: the texts are inferred */
function set(arn: string, hasHttpEndpoint: boolean, ctx: Context): RDS.EnableHttpEndpointResponse {
  const clusters = ctx.store.collection(clusterRecords);
  const cluster = clusters.get([bare(arn)]);
  if (!cluster || clusterArn(cluster.id, ctx) !== arn) throw resourceNotFound();
  if (cluster.state !== "available") throw resourceState(`Cluster ${cluster.id} is not in available state.`);
  clusters.put([cluster.id], { ...cluster, hasHttpEndpoint });
  return { ResourceArn: arn, HttpEndpointEnabled: hasHttpEndpoint };
}
