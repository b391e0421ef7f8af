// Not tests but what the tests beside it share; named so that the build leaves it out.

import {
  CreateClusterCommand,
  type CreateClusterCommandInput,
  DescribeClustersCommand,
  MemoryDBClient,
} from "@aws-sdk/client-memorydb";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { CloudOptions } from "../../index.ts";
import type { Where } from "../elasticache/fixture.test.ts";

/** An account's clusters in a region, wherever its squall is. */
export function clustersOf({ url }: { readonly url: string }, account: string, region = "us-east-1") {
  const client = new MemoryDBClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const cluster = async (ClusterName: string) => {
    const { Clusters = [] } = await client.send(
      new DescribeClustersCommand({ ClusterName, ShowShardDetails: true }),
    );
    return Clusters[0];
  };
  const isAvailable = (name: string) =>
    until(
      () => cluster(name),
      (found) => {
        if (found?.Status === "create-failed") throw new Error("It has failed.");
        return found?.Status === "available";
      },
    );
  const create = async (ClusterName: string, more: Partial<CreateClusterCommandInput> = {}) => {
    await client.send(
      new CreateClusterCommand({
        ClusterName,
        NodeType: "db.r7g.xlarge",
        ACLName: "open-access",
        TLSEnabled: false,
        ...more,
      }),
    );
    return (await isAvailable(ClusterName))?.ClusterEndpoint as Where;
  };
  /** Where each node is found, the primary's first at the beginning. */
  const nodes = async (name: string) =>
    ((await cluster(name))?.Shards?.[0]?.Nodes ?? []).map(({ Endpoint }) => Endpoint as Where);
  return { client, cluster, isAvailable, create, nodes, region };
}

/** A cloud whose account has clusters. */
export async function clusterCloud(options: CloudOptions & { account?: string } = {}) {
  const { account = newAccount(), ...others } = options;
  const cloud = await testCloud(others);
  const own = clustersOf(cloud, account);
  const end = async () => {
    own.client.destroy();
    await cloud.stop();
  };
  return { cloud, account, ...own, [Symbol.asyncDispose]: end };
}
