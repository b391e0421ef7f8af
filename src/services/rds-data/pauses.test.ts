import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { databaseCloud } from "../rds/fixture.test.ts";
import { dataCloud } from "./fixture.test.ts";

const onPostgres = needs("postgres");
const scaling = (MinCapacity: number, more: object = {}) => ({
  ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity: 4, ...more },
});

test("a serverless cluster that scales to nothing pauses, and a call wakes it", onPostgres, async () => {
  await using lab = await dataCloud({ made: { more: scaling(0), instanceClass: "db.serverless" } });
  const { clock } = lab.cloud;
  const one = [{ longValue: 1 }];
  assert.deepEqual(await lab.row("select 1"), one);
  await clock.advance("PT4M59S");
  assert.deepEqual(await lab.row("select 1"), one);
  await clock.advance("PT5M");
  await assert.rejects(lab.execute("select 1"), {
    code: "DatabaseResumingException",
    status: 400,
    message: `The Aurora DB instance ${lab.resourceArn} is resuming after being auto-paused. Please wait a few seconds and try again.`,
  });
  assert.deepEqual(await lab.row("select 1"), one);
  await lab.call("ModifyDBCluster", {
    DBClusterIdentifier: "main",
    ...scaling(0, { SecondsUntilAutoPause: 3600 }),
  });
  await clock.advance("PT59M");
  assert.deepEqual(await lab.row("select 1"), one);
  await lab.call("ModifyDBCluster", { DBClusterIdentifier: "main", ...scaling(0.5) });
  await clock.advance("P1D");
  assert.deepEqual(await lab.row("select 1"), one);
});

test("a cluster does not pause while a transaction or a statement goes on in it", onPostgres, async () => {
  await using lab = await dataCloud({ made: { more: scaling(0), instanceClass: "db.serverless" } });
  const { clock } = lab.cloud;
  const one = [{ longValue: 1 }];
  const resuming = { code: "DatabaseResumingException" };
  const inTransaction = async (transactionId: string) => {
    for (let n = 0; n < 3; n++) {
      await lab.execute("select 1", { transactionId });
      await clock.advance("PT2M30S");
    }
  };
  const first = await lab.begin();
  await inTransaction(first);
  assert.deepEqual(await lab.row("select 1"), one);
  await inTransaction(first);
  await lab.ask("CommitTransaction", { transactionId: first });
  await clock.advance("PT4M59S");
  assert.deepEqual(await lab.row("select 1"), one);

  const sleeping = "from pg_stat_activity where query like 'select pg_sleep%'";
  const count = async () => (await lab.row(`select count(*) ${sleeping}`))?.[0]?.longValue;
  const late = assert.rejects(lab.execute("select pg_sleep(600)", { continueAfterTimeout: true }), {
    code: "StatementTimeoutException",
  });
  await until(async () => (await count()) === 1);
  await clock.advance("PT45S");
  await late;
  await clock.advance("PT5M");
  assert.equal(await count(), 1);
  await lab.execute(`select pg_terminate_backend(pid) ${sleeping}`);
  await until(async () => (await count()) === 0);
  await clock.advance("PT5M");
  await assert.rejects(lab.row("select 1"), resuming);

  // What does not begin does not go on either.
  await assert.rejects(lab.ask("BeginTransaction", { database: "none" }), { code: "DatabaseErrorException" });
  await clock.advance("PT5M");
  await assert.rejects(lab.row("select 1"), resuming);

  // Nor does a cluster pause that begins to do so meanwhile.
  await lab.call("ModifyDBCluster", { DBClusterIdentifier: "main", ...scaling(0.5) });
  const second = await lab.begin();
  await inTransaction(second);
  await lab.call("ModifyDBCluster", { DBClusterIdentifier: "main", ...scaling(0) });
  assert.deepEqual(await lab.row("select 1"), one);
  await lab.ask("RollbackTransaction", { transactionId: second });
});

test("how far a cluster scales is shown, and what AWS does not take is refused", async () => {
  await using lab = await databaseCloud();
  const create = (id: string, more: object) =>
    lab.call("CreateDBCluster", {
      DBClusterIdentifier: id,
      Engine: "aurora-postgresql",
      MasterUsername: "app",
      MasterUserPassword: "correct-horse",
      ...more,
    });
  const { DBCluster } = await create("zero", scaling(0));
  assert.deepEqual(DBCluster.ServerlessV2ScalingConfiguration, {
    MinCapacity: 0,
    MaxCapacity: 4,
    SecondsUntilAutoPause: 300,
  });
  assert.equal((await create("none", {})).DBCluster.ServerlessV2ScalingConfiguration, undefined);
  for (const wrong of [
    scaling(0.3),
    scaling(-1),
    scaling(5),
    scaling(0, { MaxCapacity: 0.5 }),
    scaling(0, { MaxCapacity: 257 }),
    scaling(0, { SecondsUntilAutoPause: 299 }),
    scaling(0, { SecondsUntilAutoPause: 86_401 }),
    scaling(1, { SecondsUntilAutoPause: 300 }),
  ])
    await assert.rejects(create("wrong", wrong), { code: "InvalidParameterValue" });
  await assert.rejects(
    lab.call("CreateDBInstance", {
      DBInstanceIdentifier: "one",
      DBInstanceClass: "db.serverless",
      Engine: "aurora-postgresql",
      DBClusterIdentifier: "none",
    }),
    {
      code: "InvalidDBClusterStateFault",
      message:
        "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
    },
  );
});
