// Not tests but what the tests beside it share; named so that the build leaves it out.

import { connect as connectPlainly } from "node:net";
import { connect as connectByTls } from "node:tls";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { CloudOptions } from "../../index.ts";

export interface Where {
  readonly Address: string;
  readonly Port: number;
  /** The authority that is trusted, in PEM, by whoever speaks TLS. */
  readonly ca?: string;
}

const connect = ({ Address, Port, ca }: Where) =>
  ca === undefined ? connectPlainly(Port, Address) : connectByTls({ host: Address, port: Port, ca });

/** Says something to a cache as redis-cli does; gives what comes back, or how the connection ended. */
export function say(where: Where, ...commands: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(where);
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString("utf8");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(`${answer}${error.code}`));
    socket.on("end", () =>
      resolve(
        answer
          .replaceAll("\r\n", " ")
          .replace(/ ?\+OK $/, "")
          .trim(),
      ),
    );
    socket.write([...commands, "QUIT"].map((command) => `${command}\r\n`).join(""));
  });
}

/** Someone who stays connected; says how that ended. */
export async function stay(where: Where): Promise<{ readonly ended: Promise<string> }> {
  const socket = connect(where);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  socket.on("close", () => resolve("closed"));
  const answered = new Promise((done) => socket.once("data", done));
  socket.write("PING\r\n");
  await answered;
  return { ended };
}

// biome-ignore lint/suspicious/noExplicitAny: outputs of ElastiCache, of which no client is installed
export type Output = Record<string, any>;

export function onCloud(cloud: Awaited<ReturnType<typeof testCloud>>, account: string) {
  const call = (operation: string, input: object = {}, service = "elasticache") =>
    cloud.call<Output>(service, operation, input, { account, region: "us-east-1" });
  const group = async (ReplicationGroupId: string) =>
    (await call("DescribeReplicationGroups", { ReplicationGroupId }))["ReplicationGroups"][0] as Output;
  const node = async (CacheClusterId: string) =>
    (await call("DescribeCacheClusters", { CacheClusterId, ShowCacheNodeInfo: true }))[
      "CacheClusters"
    ][0] as Output;
  const isAvailable = (id: string) =>
    until(
      () => group(id),
      ({ Status }) => {
        if (Status === "create-failed") throw new Error("It has failed.");
        return Status === "available";
      },
    );
  const shard = async (id: string) => (await group(id))["NodeGroups"][0] as Output;
  const primaryOf = async (id: string): Promise<string> =>
    (await shard(id))["NodeGroupMembers"].find(({ CurrentRole }: Output) => CurrentRole === "primary")[
      "CacheClusterId"
    ];
  /** A group in as many zones as it has nodes. */
  const create = async (ReplicationGroupId: string, more: object = {}) => {
    await call("CreateReplicationGroup", {
      ReplicationGroupId,
      ReplicationGroupDescription: "of a test",
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      PreferredCacheClusterAZs: ["us-east-1a", "us-east-1b"],
      ...more,
    });
    await isAvailable(ReplicationGroupId);
    const { PrimaryEndpoint, ReaderEndpoint } = await shard(ReplicationGroupId);
    return { primary: PrimaryEndpoint as Where, reader: ReaderEndpoint as Where };
  };
  return { call, group, node, shard, primaryOf, isAvailable, create };
}

/** A cloud whose account has caches. */
export async function cacheCloud(options: CloudOptions & { account?: string } = {}) {
  const { account = newAccount(), ...others } = options;
  const cloud = await testCloud(others);
  return { cloud, account, ...onCloud(cloud, account), [Symbol.asyncDispose]: () => cloud.stop() };
}
