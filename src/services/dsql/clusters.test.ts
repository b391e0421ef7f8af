import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateClusterCommand,
  CreateStreamCommand,
  DeleteClusterCommand,
  GetVpcEndpointServiceNameCommand,
  ListClustersCommand,
  UpdateClusterCommand,
} from "@aws-sdk/client-dsql";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { clusterCloud, clustersOf, tokenFor } from "./fixture.test.ts";

const onPostgres = needs("postgres");

test("a cluster's database lets in whoever has a token, and goes with it", onPostgres, async () => {
  await using lab = await clusterCloud();
  const id = await lab.create({ tags: { team: "shop" } });
  assert.match(id, /^[a-z0-9]{26}$/);
  await lab.ask(id, "create table orders (id uuid primary key, item text)");
  await lab.ask(id, "insert into orders values (gen_random_uuid(), 'book')");
  assert.equal(await lab.ask(id, "select item, current_user from orders"), "book|admin");
  const { endpoint = "", arn } = await lab.cluster(id);
  assert.equal(arn, `arn:aws:dsql:us-east-1:${lab.account}:cluster/${id}`);
  const denied = /unable to accept connection, access denied/;
  const cases: readonly [user: string, password: string, hint: RegExp][] = [
    ["admin", "secret", /no authentication token/],
    [
      "admin",
      tokenFor(endpoint, "DbConnect"),
      /Wrong user to action mapping. user: admin, action: DbConnect/,
    ],
    ["reader", tokenFor(endpoint), /user: reader, action: DbConnectAdmin/],
    ["admin", tokenFor(endpoint, "DbConnectAdmin", "eu-west-1"), /'eu-west-1'/],
  ];
  for (const [user, password, hint] of cases) {
    const said = await lab.ask(id, "select 1", { user, password });
    assert.match(said, denied);
    assert.match(said, hint);
  }
  await lab.ask(id, "create role reader with login");
  assert.equal(
    await lab.ask(id, "select current_user", { user: "reader", password: tokenFor(endpoint, "DbConnect") }),
    "reader",
  );
  const { serviceName } = await lab.client.send(new GetVpcEndpointServiceNameCommand({ identifier: id }));
  assert.match(serviceName ?? "", /^com\.amazonaws\.us-east-1\.dsql-/);
  await lab.client.send(new DeleteClusterCommand({ identifier: id }));
  await until(async () => (await lab.client.send(new ListClustersCommand())).clusters?.length === 0);
  await assert.rejects(lab.cluster(id), { name: "ResourceNotFoundException", resourceType: "cluster" });
});

test("a database that ends by itself comes back with what was acknowledged", onPostgres, async () => {
  await using lab = await clusterCloud();
  const id = await lab.create();
  await lab.ask(id, "create table orders (item text)");
  await lab.ask(id, "insert into orders values ('book')");
  const folder = await lab.ask(id, "show data_directory");
  process.kill(Number(readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
  await until(async () => (await lab.ask(id, "select item from orders")) === "book");
});

test(
  "a cluster that is protected stays, and a request that is repeated makes no other",
  onPostgres,
  async () => {
    await using lab = await clusterCloud();
    const input = { clientToken: "once", deletionProtectionEnabled: true };
    const id = await lab.create(input);
    assert.equal(await lab.create(input), id);
    await assert.rejects(lab.client.send(new DeleteClusterCommand({ identifier: id })), {
      name: "ValidationException",
      reason: "deletionProtectionEnabled",
    });
    await lab.client.send(new UpdateClusterCommand({ identifier: id, deletionProtectionEnabled: false }));
    await lab.is(id, "ACTIVE");
    await lab.client.send(new DeleteClusterCommand({ identifier: id }));
    const stream = {
      clusterIdentifier: id,
      targetDefinition: {
        kinesis: { streamArn: "arn:aws:kinesis:us-east-1:1:stream/s", roleArn: "arn:aws:iam::1:role/r" },
      },
      ordering: "UNORDERED",
      format: "JSON",
    } as const;
    await assert.rejects(lab.client.send(new CreateStreamCommand(stream)), { name: "NotImplemented" });
  },
);

test("clusters of two Regions that name each other have one database", onPostgres, async () => {
  await using lab = await clusterCloud();
  const there = clustersOf(lab.cloud, lab.account, "us-east-2");
  const witnessRegion = "us-west-2";
  await assert.rejects(
    lab.client.send(new CreateClusterCommand({ multiRegionProperties: { witnessRegion: "us-east-1" } })),
    { name: "ValidationException" },
  );
  const first = await lab.create({ multiRegionProperties: { witnessRegion } });
  const { arn: firstArn = "" } = await lab.cluster(first);
  const second = await there.create({ multiRegionProperties: { witnessRegion, clusters: [firstArn] } });
  const { arn: secondArn = "" } = await there.cluster(second);
  await lab.client.send(
    new UpdateClusterCommand({
      identifier: first,
      multiRegionProperties: { witnessRegion, clusters: [secondArn] },
    }),
  );
  await lab.is(first, "ACTIVE");
  await there.is(second, "ACTIVE");
  await lab.ask(first, "create table orders (item text)");
  await there.ask(second, "insert into orders values ('book')");
  assert.equal(await lab.ask(first, "select item from orders"), "book");
  assert.deepEqual((await there.cluster(second)).multiRegionProperties, {
    witnessRegion,
    clusters: [secondArn, firstArn],
  });
  await lab.client.send(new DeleteClusterCommand({ identifier: first }));
  await lab.is(first, "PENDING_DELETE");
  assert.equal(await there.ask(second, "select item from orders"), "book");
  await there.client.send(new DeleteClusterCommand({ identifier: second }));
  await until(async () => (await lab.client.send(new ListClustersCommand())).clusters?.length === 0);
  there.client.destroy();
});

test("with an authority a cluster speaks TLS, and who wants it finds none without", onPostgres, async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-ca-"));
  try {
    await using lab = await clusterCloud({ https: { folder } });
    const id = await lab.create();
    const environment = { PGSSLMODE: "verify-full", PGSSLROOTCERT: join(folder, "ca.pem") };
    assert.equal(await lab.ask(id, "select 1", { environment }), "1");
    assert.match(await lab.ask(id, "select 1", { environment, password: "none" }), /access denied/);
    assert.equal(await lab.ask(id, "select 1", { environment: { PGSSLMODE: "disable" } }), "1");
    await using plain = await clusterCloud();
    const other = await plain.create();
    assert.match(
      await plain.ask(other, "select 1", { environment: { PGSSLMODE: "require" } }),
      /server does not support SSL/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an account has five clusters of several Regions at most in one of them", onPostgres, async () => {
  await using lab = await clusterCloud();
  const input = { multiRegionProperties: { witnessRegion: "us-west-2" } };
  for (let n = 0; n < 5; n++) await lab.create(input);
  await assert.rejects(lab.create(input), {
    name: "ServiceQuotaExceededException",
    message: "You have reached the cluster limit.",
  });
  await lab.create();
});
