// Not tests but what the tests beside it share; named so that the build leaves it out.

import {
  CreateClusterCommand,
  type CreateClusterCommandInput,
  DSQLClient,
  GetClusterCommand,
} from "@aws-sdk/client-dsql";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { CloudOptions } from "../../index.ts";
import { psql } from "../rds/fixture.test.ts";

/** An authentication token as the SDKs' signers make it, but for the signature. */
export function tokenFor(endpoint: string, action = "DbConnectAdmin", region = "us-east-1"): string {
  const query = new URLSearchParams({
    Action: action,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `test/20260101/${region}/dsql/aws4_request`,
    "X-Amz-Date": "20260101T000000Z",
    "X-Amz-Expires": "900",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "0",
  });
  return `${endpoint}/?${query}`;
}

/** An account's clusters in a region, wherever its squall is. */
export function clustersOf({ url }: { readonly url: string }, account: string, region = "us-east-1") {
  const client = new DSQLClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const cluster = (identifier: string) => client.send(new GetClusterCommand({ identifier }));
  const is = (identifier: string, status: string) =>
    until(
      () => cluster(identifier),
      (found) => {
        if (found.status === "FAILED") throw new Error("It has failed.");
        return found.status === status;
      },
    );
  const create = async (input: CreateClusterCommandInput = {}) => {
    const { identifier = "" } = await client.send(new CreateClusterCommand(input));
    await is(identifier, input.multiRegionProperties ? "PENDING_SETUP" : "ACTIVE");
    return identifier;
  };
  /** Asks a cluster's database, as `admin` with a token. */
  const ask = async (
    identifier: string,
    statement: string,
    as: { user?: string; password?: string; environment?: Record<string, string> } = {},
  ) => {
    const { endpoint = "" } = await cluster(identifier);
    const password = as.password ?? tokenFor(endpoint, "DbConnectAdmin", region);
    return psql({ address: endpoint, port: 5432 }, statement, {
      ...(as.environment && { environment: as.environment }),
      user: as.user ?? "admin",
      password,
      database: "postgres",
    });
  };
  return { client, cluster, is, create, ask };
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
