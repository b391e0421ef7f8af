import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type { KubernetesCluster } from "../../kubernetes/cluster.ts";
import { kubernetesClusters, type NamedCluster } from "../../kubernetes/clusters.ts";
import type * as EKS from "../../models/generated/eks.ts";
import { clusterNotFound, invalidToken, notToBeHad } from "./errors.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html and API_ListClusters.html */
export const clusterHandlers: Handlers<EKS.Operations> = {
  ListClusters({ maxResults: size = PAGE_SIZE, nextToken: token }, ctx) {
    const names = clustersIn(ctx).map(({ name }) => name);
    const { items: clusters, nextToken } = page(names, (name) => [name], {
      size,
      token,
      query: ctx.operation,
      refuse: invalidToken,
    });
    return { clusters, ...(nextToken !== undefined && { nextToken }) };
  },

  async DescribeCluster({ name }, ctx) {
    const named = findCluster(name, ctx);
    const { server, authority } = named.context;
    const { version, issues } = await healthOf(named, ctx);
    return {
      cluster: {
        name,
        arn: makeArn("eks", ctx.region, ctx.account, `cluster/${name}`),
        endpoint: server,
        ...(authority !== undefined && {
          certificateAuthority: { data: Buffer.from(authority).toString("base64") },
        }),
        ...(version !== undefined && { version }),
        status: "ACTIVE",
        tags: {},
        health: { issues },
        accessConfig: { authenticationMode: "API_AND_CONFIG_MAP" },
        deletionProtection: false,
      },
    };
  },
};

/** @throws ResourceNotFoundException, ClientException where the kubeconfig cannot be read */
export function findCluster(name: string, ctx: Context): NamedCluster {
  const found = clustersIn(ctx).find((one) => one.name === name);
  if (found === undefined) throw clusterNotFound(name);
  return found;
}

/** @throws ClientException for what Kubernetes refuses, or a cluster that is not to be asked */
export async function asked<T>(
  named: NamedCluster,
  ctx: Context,
  ask: (cluster: KubernetesCluster) => Promise<T>,
): Promise<T> {
  try {
    return await ask(kubernetesClusters(ctx.host).connect(named));
  } catch (error) {
    throw notToBeHad(error as Error);
  }
}

function clustersIn(ctx: Context): NamedCluster[] {
  try {
    return kubernetesClusters(ctx.host).in(ctx);
  } catch (error) {
    throw notToBeHad(error as Error);
  }
}

/** A cluster that does not answer is one that EKS knows all the same. */
async function healthOf(
  named: NamedCluster,
  ctx: Context,
): Promise<{ version?: string; issues: EKS.ClusterIssue[] }> {
  try {
    const { major, minor } = await asked(named, ctx, (cluster) =>
      cluster.get<{ readonly major: string; readonly minor: string }>("/version"),
    );
    return { version: `${major}.${minor.replace(/\D/g, "")}`, issues: [] };
  } catch (error) {
    const { message } = error as Error;
    return {
      version: undefined,
      issues: [{ code: "ClusterUnreachable", message, resourceIds: [] }] as const,
    };
  }
}
