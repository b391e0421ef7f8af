import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { certificate } from "../../../test/certificate.ts";
import { clientEnvironment, newAccount, testCloud } from "../../../test/cloud.ts";
import { KubeApiserver } from "../../../test/kube-apiserver.ts";
import { needs } from "../../../test/needs.ts";

const run = promisify(execFile);
const server = await KubeApiserver.start();
const account = newAccount();
const names = [
  "kind-shop",
  `arn:aws:eks:us-east-1:${account}:cluster/bank`,
  "arn:aws:eks:us-east-1:999999999999:cluster/other",
];
const cloud = await testCloud({ environment: { KUBECONFIG: server.kubeconfig(names) } });
test.after(async () => {
  await cloud.stop();
  await server.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: outputs of all operations
const call = (operation: string, input: object = {}, of = cloud): Promise<any> =>
  of.call("eks", operation, input, { account, region: "us-east-1" });
const refused = (asking: Promise<unknown>) =>
  asking.then(
    () => "allowed",
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );
const node = (name: string, nodegroup: string | undefined) =>
  server.put("/api/v1/nodes", {
    metadata: {
      name,
      labels: {
        ...(nodegroup !== undefined && { "eks.amazonaws.com/nodegroup": nodegroup }),
        "node.kubernetes.io/instance-type": "m5.large",
      },
    },
  });

test("the contexts of the kubeconfig are clusters, by pages and by name", async () => {
  const first = await call("ListClusters", { maxResults: 1 });
  assert.deepEqual(first.clusters, ["bank"]);
  const second = await call("ListClusters", { maxResults: 1, nextToken: first.nextToken });
  assert.deepEqual(second, { clusters: ["kind-shop"] });
  assert.equal(
    await refused(call("ListClusters", { nextToken: "x" })),
    "InvalidParameterException: The nextToken is not valid.",
  );
  const { cluster } = await call("DescribeCluster", { name: "kind-shop" });
  const { arn, endpoint, version, status, certificateAuthority, health } = cluster;
  assert.deepEqual(
    { arn, endpoint, version, status, health },
    {
      arn: `arn:aws:eks:us-east-1:${account}:cluster/kind-shop`,
      endpoint: server.url,
      version: "1.32",
      status: "ACTIVE",
      health: { issues: [] },
    },
  );
  assert.equal(Buffer.from(certificateAuthority.data, "base64").toString(), certificate);
  assert.equal(
    await refused(call("DescribeCluster", { name: "other" })),
    "ResourceNotFoundException: No cluster found for name: other.",
  );
});

test("nodes with a node group's label are a node group", async () => {
  node("a", "workers");
  node("b", "workers");
  node("c", "spot");
  node("d", undefined);
  assert.deepEqual(await call("ListNodegroups", { clusterName: "bank" }), {
    nodegroups: ["spot", "workers"],
  });
  const input = { clusterName: "bank", nodegroupName: "workers" };
  const { nodegroup } = await call("DescribeNodegroup", input);
  assert.match(
    nodegroup.nodegroupArn,
    new RegExp(`^arn:aws:eks:us-east-1:${account}:nodegroup/bank/workers/[0-9a-f-]{36}$`),
  );
  assert.deepEqual([nodegroup.scalingConfig.desiredSize, nodegroup.instanceTypes], [2, ["m5.large"]]);
  assert.equal(
    await refused(call("DescribeNodegroup", { ...input, nodegroupName: "none" })),
    "ResourceNotFoundException: No node group found for name: none.",
  );
});

test("a cluster that does not answer is known, and says why", async () => {
  server.forbids = () => true;
  const { cluster } = await call("DescribeCluster", { name: "bank" });
  assert.deepEqual(cluster.health.issues, [
    { code: "ClusterUnreachable", message: "User cannot GET /version", resourceIds: [] },
  ]);
  assert.equal(
    await refused(call("ListNodegroups", { clusterName: "bank" })),
    "ClientException: User cannot GET /api/v1/nodes",
  );
  server.forbids = () => false;
});

test("without a kubeconfig there are no clusters, and with one that is not there it is said", async () => {
  await using none = await testCloud({ listen: false });
  assert.deepEqual(await call("ListClusters", {}, none), { clusters: [] });
  await using wrong = await testCloud({
    listen: false,
    settings: { eks: { kubeconfig: "/nowhere/config" } },
  });
  assert.equal(
    await refused(call("ListClusters", {}, wrong)),
    "ClientException: There is no kubeconfig /nowhere/config.",
  );
});

test("the AWS CLI lists clusters, and writes a kubeconfig for one", needs("aws"), async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-eks-"));
  const aws = (...args: string[]) => run("aws", ["eks", ...args], { env: clientEnvironment(cloud, account) });
  try {
    const { stdout } = await aws("list-clusters");
    assert.deepEqual(JSON.parse(stdout), { clusters: ["bank", "kind-shop"] });
    await aws("wait", "cluster-active", "--name", "bank");
    const path = join(folder, "config");
    await aws("update-kubeconfig", "--name", "bank", "--kubeconfig", path);
    const { clusters } = parse(readFileSync(path, "utf8"));
    assert.equal(clusters[0].cluster.server, server.url);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
