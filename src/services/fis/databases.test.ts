import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { mariadb } from "../rds/fixture.test.ts";
import { databaseLab, query } from "./databases.fixture.test.ts";

const onPostgres = needs("postgres");

test("aws:rds:reboot-db-instances cuts who is connected, and lets them in again", onPostgres, async () => {
  await using lab = await databaseLab();
  const shop = await lab.instance("shop");
  await query(shop, "create table orders (id int)");
  const session = query(shop, "select pg_sleep(60)");
  await until(
    () => query(shop, "select count(*) from pg_stat_activity where query = 'select pg_sleep(60)'"),
    (count) => count === "1",
  );
  const id = await lab.run("aws:rds:reboot-db-instances", [
    "DBInstances",
    { resourceType: "aws:rds:db", parameters: { availabilityZoneIdentifiers: "us-east-1a,us-east-1b" } },
  ]);
  assert.match(await session, /server closed the connection|Connection reset|connection to server was lost/);
  await lab.is(id, "completed");
  await until(
    () => query(shop, "select count(*) from orders"),
    (count) => count === "0",
  );
});

test(
  "aws:rds:failover-db-cluster has the writer's endpoint lead to who was a reader",
  onPostgres,
  async () => {
    await using lab = await databaseLab();
    const writer = await lab.cluster("main", ["one", "two"]);
    await query(writer, "create table orders (id int)");
    const isElsewhere = await lab.run("aws:rds:failover-db-cluster", [
      "Clusters",
      { resourceType: "aws:rds:cluster", parameters: { writerAvailabilityZoneIdentifiers: "us-east-1f" } },
    ]);
    await lab.is(isElsewhere, "failed");
    assert.equal(await lab.writerOf("main"), "one");
    const id = await lab.run("aws:rds:failover-db-cluster", [
      "Clusters",
      { resourceType: "aws:rds:cluster", parameters: { writerAvailabilityZoneIdentifiers: "us-east-1a" } },
    ]);
    await lab.is(id, "completed");
    await until(async () => (await lab.writerOf("main")) === "two");
    await until(
      () => query(writer, "insert into orders values (1) returning id"),
      (answer) => answer === "1\nINSERT 0 1",
    );
  },
);

test("they act on MySQL and Aurora MySQL as well", needs("mariadb"), async () => {
  await using lab = await databaseLab();
  const shop = await lab.instance("shop", "mysql");
  await mariadb(shop, "create table orders (id int)");
  const session = mariadb(shop, "select sleep(60)");
  await until(
    () =>
      mariadb(shop, "select count(*) from information_schema.processlist where info = 'select sleep(60)'"),
    (count) => count === "1",
  );
  const rebooting = await lab.run("aws:rds:reboot-db-instances", [
    "DBInstances",
    { resourceType: "aws:rds:db", parameters: { availabilityZoneIdentifiers: "us-east-1a" } },
  ]);
  assert.match(await session, /Lost connection|server has gone away/);
  await lab.is(rebooting, "completed");
  await until(
    () => mariadb(shop, "select count(*) from orders"),
    (count) => count === "0",
  );
  const writer = await lab.cluster("main", ["one", "two"], "aurora-mysql");
  await mariadb(writer, "create table orders (id int)");
  const failingOver = await lab.run("aws:rds:failover-db-cluster", [
    "Clusters",
    { resourceType: "aws:rds:cluster", parameters: { writerAvailabilityZoneIdentifiers: "us-east-1a" } },
  ]);
  await lab.is(failingOver, "completed");
  await until(async () => (await lab.writerOf("main")) === "two");
  await until(
    () => mariadb(writer, "insert into orders values (1); select count(*) from orders"),
    (count) => count === "1",
  );
});
