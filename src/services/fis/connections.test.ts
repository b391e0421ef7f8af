import assert from "node:assert/strict";
import { test } from "node:test";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { onCloud, say } from "../elasticache/fixture.test.ts";
import { psql, onCloud as withDatabases } from "../rds/fixture.test.ts";
import { laboratory } from "./fixture.test.ts";

const arnOf = (account: string, resource: string) =>
  `arn:aws:${resource.replace("*", `us-east-1:${account}`)}`;

type Lab = Awaited<ReturnType<typeof laboratory>>;

/** An experiment with one action on one resource. */
const strike = (
  lab: Lab,
  [resourceType, resource]: readonly [type: string, resource: string],
  [actionId, parameters]: readonly [id: string, parameters: Record<string, string>],
) =>
  lab.start({
    targets: {
      them: {
        resourceType,
        resourceArns: [arnOf(lab.account, resource)],
        selectionMode: "ALL",
        // What AWS wants to know of a target of this type, whatever is done to it.
        ...(resourceType === "aws:elasticache:replicationgroup" && {
          parameters: { availabilityZoneIdentifier: "us-east-1a" },
        }),
      },
    },
    actions: { act: { actionId, parameters, targets: { Resources: "them" } } },
  });

test(
  "an experiment resets a cluster's connections until it is stopped, and leaves no rule",
  needs("postgres"),
  async () => {
    const lab = await laboratory();
    await using cloud = lab.cloud;
    const databases = withDatabases(cloud, lab.account);
    const { writer } = await databases.createCluster("main", ["one"]);
    const other = await databases.create("other");
    const action = ["squall:rds:connection-reset", {}] as const;
    const id = await strike(lab, ["aws:rds:cluster", "rds:*:cluster:main"], action);
    await until(async () => /reset|closed/.test(await psql(writer, "select 1")));
    assert.equal(await psql(other, "select 1"), "1");
    await lab.fis.send(new StopExperimentCommand({ id }));
    await until(async () => (await psql(writer, "select 1")) === "1");
    assert.deepEqual(cloud.faults.list(), []);
  },
);

test("an experiment refuses an instance's connections as long as it lasts", needs("postgres"), async () => {
  const lab = await laboratory();
  await using cloud = lab.cloud;
  const shop = await withDatabases(cloud, lab.account).create("shop");
  const action = ["squall:rds:connection-refuse", { duration: "PT5M" }] as const;
  await strike(lab, ["aws:rds:db", "rds:*:db:shop"], action);
  await until(async () => /Connection refused/.test(await psql(shop, "select 1")));
  await cloud.clock.advance("PT5M");
  await until(async () => (await psql(shop, "select 1")) === "1");
});

test(
  "an experiment cuts connections to a replication group after so many bytes",
  needs("valkey"),
  async () => {
    const lab = await laboratory();
    await using cloud = lab.cloud;
    const { primary } = await onCloud(cloud, lab.account).create("shop");
    await say(primary, `SET long ${"x".repeat(100)}`);
    const action = ["squall:elasticache:connection-cut", { bytes: "10", duration: "PT5M" }] as const;
    const group = ["aws:elasticache:replicationgroup", "elasticache:*:replicationgroup:shop"] as const;
    const id = await strike(lab, group, action);
    await until(async () => (await say(primary, "GET long")).length < 20);
    assert.equal(await say(primary, "GET no"), "$-1");
    await lab.fis.send(new StopExperimentCommand({ id }));
    await until(async () => (await say(primary, "GET long")) === `$100 ${"x".repeat(100)}`);
  },
);

test("an action on connections is refused without what it needs", async () => {
  const lab = await laboratory();
  await using _cloud = lab.cloud;
  const group = ["aws:rds:db", "rds:*:db:shop"] as const;
  await assert.rejects(strike(lab, group, ["squall:rds:connection-bandwidth", {}]), /bytesPerSecond/);
  await assert.rejects(
    strike(lab, group, ["squall:rds:connection-latency", { ms: "1", direction: "sideways" }]),
    /direction/,
  );
  await assert.rejects(
    strike(lab, group, ["squall:rds:connection-error", {}]),
    /squall:rds:connection-error/,
  );
});
