import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  StartExperimentCommand,
} from "@aws-sdk/client-fis";
import { clientOptions } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { dataCloud, ENGINES } from "../rds-data/fixture.test.ts";
import { ROLE } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof dataCloud>>;

const ACTIONS = {
  "aws:rds:failover-db-cluster": {
    targets: "Clusters",
    resourceType: "aws:rds:cluster",
    name: "cluster:main",
  },
  "aws:rds:reboot-db-instances": { targets: "DBInstances", resourceType: "aws:rds:db", name: "db:one" },
} as const;

/** Does it to the cluster's writer, and resolves when it is over. */
async function experiment(lab: Lab, actionId: keyof typeof ACTIONS): Promise<void> {
  const { targets, resourceType, name } = ACTIONS[actionId];
  const fis = new FisClient(clientOptions(lab.cloud, lab.account));
  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: crypto.randomUUID(),
      description: "A test",
      roleArn: ROLE,
      stopConditions: [{ source: "none" }],
      targets: {
        them: {
          resourceType,
          resourceArns: [`arn:aws:rds:us-east-1:${lab.account}:${name}`],
          selectionMode: "ALL",
        },
      },
      actions: { act: { actionId, targets: { [targets]: "them" } } },
    }),
  );
  const { experiment: started } = await fis.send(
    new StartExperimentCommand({
      clientToken: crypto.randomUUID(),
      experimentTemplateId: experimentTemplate?.id,
    }),
  );
  await until(
    async () => (await fis.send(new GetExperimentCommand({ id: started?.id }))).experiment?.state?.status,
    (status) => {
      assert.ok(status !== "failed" && status !== "stopped", status);
      return status === "completed";
    },
  );
  fis.destroy();
}

for (const tool of ["postgres", "mariadb"] as const)
  describe(`the Data API of ${ENGINES[tool]}`, needs(tool), () => {
    for (const actionId of Object.keys(ACTIONS) as (keyof typeof ACTIONS)[])
      test(`${actionId} takes a transaction along, and what was committed is there afterwards`, async () => {
        await using lab = await dataCloud({ engine: ENGINES[tool], members: ["one", "two"] });
        const orders = async () => (await lab.row("select count(*) from orders"))?.[0]?.longValue;
        await lab.execute("create table orders (id int)");
        await lab.execute("insert into orders values (1)");
        const idle = await lab.begin();
        await lab.execute("insert into orders values (2)", { transactionId: idle });
        const busy = await lab.begin();
        const running = lab.execute(tool === "postgres" ? "select pg_sleep(60)" : "select sleep(60)", {
          transactionId: busy,
        });
        const cut = assert.rejects(running, {
          code: "DatabaseUnavailableException",
          status: 504,
          message: "The writer instance in the DB cluster isn't available.",
        });
        await experiment(lab, actionId);
        await cut;
        for (const transactionId of [idle, busy])
          for (const operation of ["ExecuteStatement", "CommitTransaction"] as const)
            await assert.rejects(lab.ask(operation, { sql: "select 1", transactionId }), {
              code: "TransactionNotFoundException",
              status: 404,
              message: `Transaction ${transactionId} is not found. Transaction has been aborted due to an error from a previous call.`,
            });
        // What comes meanwhile finds no writer; what comes later finds it, with all that was committed.
        await until(() =>
          orders().then(
            (count) => count === 1,
            (error) => {
              assert.equal(error.code, "DatabaseUnavailableException", error);
              return false;
            },
          ),
        );
        await until(() =>
          lab.execute("insert into orders values (3)").then(
            () => true,
            () => false,
          ),
        );
        assert.equal(await orders(), 2);
      });
  });
