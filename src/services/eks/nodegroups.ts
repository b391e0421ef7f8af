import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { uuidOf } from "../../core/uuid-of.ts";
import type { KubernetesNode } from "../../kubernetes/objects.ts";
import type * as EKS from "../../models/generated/eks.ts";
import { asked, findCluster } from "./clusters.ts";
import { invalidToken, nodegroupNotFound } from "./errors.ts";

const PAGE_SIZE = 100;
/** EKS labels the nodes of its managed node groups so. */
const NODEGROUP = "eks.amazonaws.com/nodegroup";
const INSTANCE_TYPE = "node.kubernetes.io/instance-type";

/** A node group is the nodes with its name: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeNodegroup.html and API_ListNodegroups.html */
export const nodegroupHandlers: Handlers<EKS.Operations> = {
  async ListNodegroups({ clusterName, maxResults: size = PAGE_SIZE, nextToken: token }, ctx) {
    const nodes = await nodesOf(clusterName, NODEGROUP, ctx);
    const names = new Set(nodes.map(({ metadata }) => metadata.labels?.[NODEGROUP] ?? ""));
    const { items: nodegroups, nextToken } = page(names, (name) => [name], {
      size,
      token,
      query: [ctx.operation, clusterName],
      refuse: invalidToken,
    });
    return { nodegroups, ...(nextToken !== undefined && { nextToken }) };
  },

  async DescribeNodegroup({ clusterName, nodegroupName }, ctx) {
    const nodes = await nodesOf(clusterName, `${NODEGROUP}=${nodegroupName}`, ctx);
    if (nodes.length === 0) throw nodegroupNotFound(clusterName, nodegroupName);
    const types = nodes.flatMap(({ metadata }) => metadata.labels?.[INSTANCE_TYPE] ?? []);
    return {
      nodegroup: {
        nodegroupName,
        nodegroupArn: arnOf(clusterName, nodegroupName, ctx),
        clusterName,
        status: "ACTIVE",
        capacityType: "ON_DEMAND",
        scalingConfig: { minSize: nodes.length, maxSize: nodes.length, desiredSize: nodes.length },
        instanceTypes: [...new Set(types)],
        labels: {},
        tags: {},
        health: { issues: [] },
      },
    };
  },
};

async function nodesOf(clusterName: string, labelSelector: string, ctx: Context): Promise<KubernetesNode[]> {
  const named = findCluster(clusterName, ctx);
  return asked(named, ctx, (cluster) => cluster.list<KubernetesNode>("/api/v1/nodes", { labelSelector }));
}

/** AWS's end in a UUID. Here it is the same for the same name, for nothing is kept. */
function arnOf(clusterName: string, nodegroupName: string, { account, region }: Context): string {
  const id = uuidOf(`${account}/${region}/${clusterName}/${nodegroupName}`);
  return makeArn("eks", region, account, `nodegroup/${clusterName}/${nodegroupName}/${id}`);
}
