import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  StartExperimentCommand,
  StopExperimentCommand,
} from "@aws-sdk/client-fis";
import {
  CreateMultiRegionClusterCommand,
  DeleteMultiRegionClusterCommand,
  DescribeMultiRegionClustersCommand,
  UpdateMultiRegionClusterCommand,
} from "@aws-sdk/client-memorydb";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { squallProcess } from "../../../test/squall-process.ts";
import { until } from "../../../test/until.ts";
import { say, type Where } from "../elasticache/fixture.test.ts";
import { clustersOf } from "../memorydb/fixture.test.ts";
import { failingAfterAMinute, laboratory } from "./fixture.test.ts";

const onValkey = needs("valkey");
const ACTION = "aws:memorydb:multi-region-cluster-pause-replication";
const REGIONS = ["us-east-1", "eu-west-1"] as const;

/** A multi-Region cluster: what its regional ones are made with, and its ARN. */
async function multiRegionOn({ client }: ReturnType<typeof clustersOf>) {
  const { MultiRegionCluster } = await client.send(
    new CreateMultiRegionClusterCommand({
      MultiRegionClusterNameSuffix: "shop",
      NodeType: "db.r7g.xlarge",
      TLSEnabled: false,
    }),
  );
  const MultiRegionClusterName = MultiRegionCluster?.MultiRegionClusterName ?? "";
  return { arn: MultiRegionCluster?.ARN ?? "", more: { MultiRegionClusterName, NumReplicasPerShard: 0 } };
}

/** A multi-Region cluster with a regional one in each of two regions. */
async function twoRegions(at: { readonly url: string }, account: string) {
  const [here, there] = REGIONS.map((region) => clustersOf(at, account, region));
  assert.ok(here && there);
  const { arn, more } = await multiRegionOn(here);
  const { MultiRegionClusterName } = more;
  const east = await here.create("shop", more);
  await say(east, "SET early 1");
  const west = await there.create("shop-eu", more);
  const status = async () => {
    const { MultiRegionClusters } = await there.client.send(
      new DescribeMultiRegionClustersCommand({ MultiRegionClusterName }),
    );
    return MultiRegionClusters?.[0]?.Status;
  };
  const end = () => {
    for (const { client } of [here, there]) client.destroy();
  };
  return { here, there, east, west, arn, MultiRegionClusterName, status, [Symbol.dispose]: end };
}

const templateOn = (arn: string, account: string) => ({
  clientToken: crypto.randomUUID(),
  description: "A test",
  roleArn: `arn:aws:iam::${account}:role/experimenter`,
  stopConditions: [{ source: "none" }],
  targets: {
    them: {
      resourceType: "aws:memorydb:multi-region-cluster",
      resourceArns: [arn],
      selectionMode: "ALL",
    },
  },
  actions: {
    act: { actionId: ACTION, parameters: { duration: "PT5M" }, targets: { MultiRegionClusters: "them" } },
  },
});

async function stage() {
  const lab = await laboratory();
  const regions = await twoRegions(lab.cloud, lab.account);
  const { targets, actions } = templateOn(regions.arn, lab.account);
  const is = (id: string, status: string) => until(async () => (await lab.states(id)).experiment === status);
  const end = async () => {
    regions[Symbol.dispose]();
    await lab.cloud.stop();
  };
  const run = () => lab.start({ targets, actions });
  return { lab, ...regions, run, is, [Symbol.asyncDispose]: end };
}

/** What is written to one region comes to the other, and is not sent back. */
async function areTogether(east: Where, west: Where): Promise<void> {
  const now = String(performance.now());
  await say(east, `SET from-east ${now}`);
  await say(west, `SET from-west ${now}`);
  await until(async () => (await say(west, "GET from-east")).endsWith(now));
  await until(async () => (await say(east, "GET from-west")).endsWith(now));
}

test("regional clusters write to each other, and a new one gets what the others hold", onValkey, async () => {
  await using at = await stage();
  const { east, west } = at;
  assert.equal(await say(west, "GET early"), "$1 1");
  await areTogether(east, west);
  await say(east, "HSET cart a 1 b 2", "EXPIRE cart 1000");
  await until(async () => /^:(?:9|1000)/.test(await say(west, "TTL cart")));
  assert.equal(await say(west, "HGET cart b"), "$1 2");
  await say(west, "DEL cart early");
  await until(async () => (await say(east, "EXISTS cart early")) === ":0");
  // A key that was deleted by replication can be written, and deleted, again.
  await say(east, "SET early 2");
  await until(async () => (await say(west, "GET early")) === "$1 2");
  assert.match(await say(east, "FLUSHALL"), /^-NOPERM/);
  const name = { MultiRegionClusterName: at.MultiRegionClusterName };
  await assert.rejects(at.here.client.send(new DeleteMultiRegionClusterCommand(name)), {
    name: "InvalidMultiRegionClusterStateFault",
  });
  await assert.rejects(at.here.create("second", { ...name, NumReplicasPerShard: 0 }), {
    name: "InvalidMultiRegionClusterStateFault",
  });
});

test(`${ACTION} keeps writes in their Region, until the end`, onValkey, async () => {
  await using at = await stage();
  const { east, west } = at;
  await areTogether(east, west);
  const id = await at.run();
  await until(async () => (await at.status()) === "updating");
  await say(east, "SET order east", "SET both east");
  await say(west, "SADD orders west", "SET both west");
  const change = { MultiRegionClusterName: at.MultiRegionClusterName, Description: "changed" };
  await assert.rejects(at.here.client.send(new UpdateMultiRegionClusterCommand(change)), {
    name: "InvalidMultiRegionClusterStateFault",
  });
  await at.lab.cloud.clock.advance("PT4M");
  assert.equal(await say(west, "GET order"), "$-1");
  assert.equal(await say(east, "EXISTS orders"), ":0");
  assert.equal(await say(east, "GET both"), "$4 east");
  await at.lab.cloud.clock.advance("PT1M");
  await at.is(id, "completed");
  await until(async () => (await say(west, "GET order")) === "$4 east");
  await until(async () => (await say(east, "SISMEMBER orders west")) === ":1");
  // The later write is everybody's.
  await until(async () => (await say(east, "GET both")) === "$4 west");
  assert.equal(await say(west, "GET both"), "$4 west");
  await areTogether(east, west);
  assert.equal(await at.status(), "available");
  await at.here.client.send(new UpdateMultiRegionClusterCommand(change));
});

test(`${ACTION} ends when the experiment is stopped`, onValkey, async () => {
  await using at = await stage();
  const id = await at.run();
  await until(async () => (await at.status()) === "updating");
  await say(at.east, "SET order 17");
  await at.lab.fis.send(new StopExperimentCommand({ id }));
  await at.is(id, "stopped");
  await until(async () => (await say(at.west, "GET order")) === "$2 17");
  assert.deepEqual(at.lab.cloud.faults.list(), []);
});

test(`${ACTION} ends when another action fails`, onValkey, async () => {
  await using at = await stage();
  const { targets, actions } = templateOn(at.arn, at.lab.account);
  const id = await at.lab.start({
    targets,
    actions: {
      ...actions,
      ...failingAfterAMinute(at.lab.account),
    },
  });
  await until(async () => (await at.status()) === "updating");
  await say(at.west, "SET order 17");
  await at.lab.cloud.clock.advance("PT1M");
  await at.is(id, "failed");
  await until(async () => (await say(at.east, "GET order")) === "$2 17");
});

test(
  "what was written while replication was paused gets through when Squall has been killed meanwhile",
  process.platform === "linux" ? onValkey : { skip: "Linux only" },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "squall-regions-"));
    const account = newAccount();
    let squall = await squallProcess({ dataDir });
    try {
      const { east, west, arn } = await twoRegions(squall, account);
      const fis = new FisClient({
        endpoint: squall.url,
        region: "us-east-1",
        credentials: { accessKeyId: account, secretAccessKey: "test" },
      });
      const { experimentTemplate } = await fis.send(
        new CreateExperimentTemplateCommand(templateOn(arn, account)),
      );
      await fis.send(
        new StartExperimentCommand({
          clientToken: crypto.randomUUID(),
          experimentTemplateId: experimentTemplate?.id,
        }),
      );
      const rules = async () =>
        ((await (await fetch(`${squall.url}/_squall/faults`)).json()) as { rules: unknown[] }).rules;
      await until(async () => (await rules()).length === 1);
      await say(east, "SET order 17");
      await say(west, "DEL early");
      assert.equal(await say(west, "GET order"), "$-1");
      squall.child.kill("SIGKILL");
      await once(squall.child, "exit");
      squall = await squallProcess({ dataDir });
      await until(async () => (await say(west, "GET order")) === "$2 17");
      await until(async () => (await say(east, "EXISTS early")) === ":0");
      await areTogether(east, west);
    } finally {
      squall.child.kill("SIGKILL");
      await until(() => {
        rmSync(dataDir, { recursive: true, force: true });
        return true;
      });
    }
  },
);

test("a new regional cluster gets what the others hold as soon as one of them runs", onValkey, async () => {
  await using lab = await laboratory();
  const { cloud, account } = lab;
  const [here, there] = REGIONS.map((region) => clustersOf(cloud, account, region));
  assert.ok(here && there);
  const { more } = await multiRegionOn(here);
  const east = await here.create("shop", more);
  await say(east, "SET early 1", "SET both east");
  await cloud.faults.add({
    id: "east-is-dark",
    point: "memorydb:node",
    effect: "power-off",
    match: { resource: `arn:aws:memorydb:us-east-1:${account}:cluster/shop` },
  });
  await until(async () => /ECONN/.test(await say(east, "PING")));
  const west = await there.create("shop-eu", more);
  assert.equal(await say(west, "EXISTS early"), ":0");
  await say(west, "SET both west");
  await cloud.faults.remove("east-is-dark");
  await until(async () => (await say(west, "GET early")) === "$1 1");
  // What was written to it meanwhile is later.
  await until(async () => (await say(east, "GET both")) === "$4 west");
  assert.equal(await say(west, "GET both"), "$4 west");
  await areTogether(east, west);
});

test(
  "what was acknowledged in the last moment before Squall stops is replicated by the next one",
  onValkey,
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "squall-regions-"));
    const account = newAccount();
    try {
      const first = await testCloud({ dataDir });
      const { east, west } = await twoRegions(first, account);
      await first.faults.add({ point: "memorydb:replication", effect: "pause" });
      const socket = connect(east.Port, east.Address);
      let said = "";
      socket.on("data", (chunk) => {
        said += String(chunk);
      });
      socket.on("error", () => {});
      socket.write(Array.from({ length: 2_000 }, (_, n) => `SET order-${n} 17\r\n`).join(""));
      await once(socket, "data");
      await first.stop();
      const acknowledged = said.split("+OK").length - 1;
      await using second = await testCloud({ dataDir });
      const all = Array.from({ length: acknowledged }, (_, n) => `order-${n}`);
      await until(async () => (await say(west, `EXISTS ${all.join(" ")}`)) === `:${acknowledged}`);
      assert.ok(second.url);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
