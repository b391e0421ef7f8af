import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { databaseCloud, mariadb, psql, type Where } from "./fixture.test.ts";

/** Each program that databases run on: how it is asked, and what it says of a write to a reader. */
const PROGRAMS = [
  {
    tool: "postgres",
    engine: "postgres",
    aurora: "aurora-postgresql",
    ask: psql,
    isReading: /read-only transaction/,
  },
  { tool: "mariadb", engine: "mysql", aurora: "aurora-mysql", ask: mariadb, isReading: /read-only option/ },
] as const;

type Lab = Awaited<ReturnType<typeof databaseCloud>>;

/** The events of an instance or a cluster that a queue gets, by their ids. */
async function eventsOf(lab: Lab) {
  const { QueueUrl } = await lab.call("CreateQueue", { QueueName: "events" }, "sqs");
  await lab.call("PutRule", { Name: "rds", EventPattern: JSON.stringify({ source: ["aws.rds"] }) }, "events");
  const Arn = `arn:aws:sqs:us-east-1:${lab.account}:events`;
  await lab.call("PutTargets", { Rule: "rds", Targets: [{ Id: "1", Arn }] }, "events");
  const seen: string[] = [];
  return async () => {
    const { Messages = [] } = await lab.call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 }, "sqs");
    for (const { Body } of Messages) seen.push(JSON.parse(Body).detail.EventID);
    return seen;
  };
}

for (const { tool, engine, aurora, ask, isReading } of PROGRAMS) {
  const says = (where: Where, statement: string, wanted: string) =>
    until(
      () => ask(where, statement),
      (said) => said === wanted,
    );

  test(
    `a server of ${engine} that ends by itself comes back with what was acknowledged`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const events = await eventsOf(lab);
      const shop = await lab.create("shop", { Engine: engine });
      await ask(shop, "create table orders (id int)");
      await ask(shop, "insert into orders values (17)");
      await lab.kill("shop");
      await says(shop, "select id from orders", "17");
      await until(async () => (await events()).includes("RDS-EVENT-0021"));
      assert.ok((await events()).includes("RDS-EVENT-0020"));
      assert.equal((await lab.instance("shop"))["DBInstanceStatus"], "available");
    },
  );

  test(
    `a server of ${engine} that ends again and again has failed, and its instance can be deleted`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const shop = await lab.create("shop", { Engine: engine });
      for (let n = 0; n < 5; n++) {
        await lab.kill("shop");
        await says(shop, "select 1", "1");
      }
      await lab.kill("shop");
      const { StatusInfos } = await until(
        () => lab.instance("shop"),
        (one) => one["DBInstanceStatus"] === "failed",
      );
      assert.equal(StatusInfos[0].Message, "Its server ends by itself again and again.");
      await lab.call("DeleteDBInstance", { DBInstanceIdentifier: "shop", SkipFinalSnapshot: true });
      await until(() =>
        lab.instance("shop").then(
          () => false,
          ({ code }) => code === "DBInstanceNotFound",
        ),
      );
    },
  );

  test(
    `a writer and a reader of ${aurora} that end by themselves come back as what they were`,
    needs(tool),
    async () => {
      await using lab = await databaseCloud();
      const { writer, reader } = await lab.createCluster("main", ["one", "two"], aurora);
      await ask(writer, "create table orders (id int)");
      for (const [n, id] of ["one", "two"].entries()) {
        await lab.kill(id);
        await until(
          () => ask(writer, `insert into orders values (${n})`),
          (said) => /^(?:INSERT 0 1)?$/.test(said),
        );
        await says(reader, "select count(*) from orders", String(n + 1));
        await until(
          () => ask(reader, "insert into orders values (9)"),
          (said) => isReading.test(said),
        );
      }
      assert.equal((await lab.cluster("main"))["DBClusterMembers"][0].IsClusterWriter, true);
    },
  );
}
