import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../test/until.ts";
import { databaseCloud } from "./fixture.test.ts";

/** A cluster without instances: it needs no server. */
async function stage(more: object = {}) {
  const lab = await databaseCloud();
  await lab.call("CreateDBCluster", {
    DBClusterIdentifier: "shop",
    Engine: "aurora-postgresql",
    MasterUsername: "app",
    MasterUserPassword: "correct-horse",
    ...more,
  });
  await until(async () => (await lab.cluster("shop"))["Status"] === "available");
  const ResourceArn = `arn:aws:rds:us-east-1:${lab.account}:cluster:shop`;
  const isEnabled = async () => (await lab.cluster("shop"))["HttpEndpointEnabled"];
  return { ...lab, ResourceArn, isEnabled };
}

test("a cluster has no HTTP endpoint until one is asked for", async () => {
  await using lab = await stage();
  const { ResourceArn } = lab;
  assert.equal(await lab.isEnabled(), false);
  assert.deepEqual(await lab.call("EnableHttpEndpoint", { ResourceArn }), {
    ResourceArn,
    HttpEndpointEnabled: true,
  });
  assert.equal(await lab.isEnabled(), true);
  assert.deepEqual(await lab.call("DisableHttpEndpoint", { ResourceArn }), {
    ResourceArn,
    HttpEndpointEnabled: false,
  });
  assert.equal(await lab.isEnabled(), false);
});

test("a cluster is made with its HTTP endpoint, and a modification leaves that as it is, as on AWS", async () => {
  await using lab = await stage({ EnableHttpEndpoint: true });
  await lab.call("ModifyDBCluster", { DBClusterIdentifier: "shop", EnableHttpEndpoint: false });
  assert.equal(await lab.isEnabled(), true);
});

test("only the ARN of a cluster has an HTTP endpoint", async () => {
  await using lab = await stage();
  for (const ResourceArn of ["shop", `${lab.ResourceArn}x`, lab.ResourceArn.replace("east", "west")])
    await assert.rejects(lab.call("EnableHttpEndpoint", { ResourceArn }), { code: "ResourceNotFoundFault" });
});
