import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  StartExperimentCommand,
  StopExperimentCommand,
} from "@aws-sdk/client-fis";
import { newAccount } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { squallProcess } from "../../../test/squall-process.ts";
import { until } from "../../../test/until.ts";
import { clustersOf } from "../dsql/fixture.test.ts";
import { failingAfterAMinute, laboratory, ROLE } from "./fixture.test.ts";

const onPostgres = needs("postgres");
const ACTION = "aws:dsql:cluster-connection-failure";
const REFUSED = /Connection refused|closed the connection|reset by peer/;

const strikeOn = (arn: string, percentage: number) => ({
  targets: { them: { resourceType: "aws:dsql:cluster", resourceArns: [arn], selectionMode: "ALL" } },
  actions: {
    act: {
      actionId: ACTION,
      parameters: { duration: "PT5M", percentage: String(percentage) },
      targets: { Clusters: "them" },
    },
  },
});

/** A cluster, and experiments on it. */
async function stage() {
  const lab = await laboratory();
  const clusters = clustersOf(lab.cloud, lab.account);
  const id = await clusters.create();
  const ask = () => clusters.ask(id, "select 1");
  const { arn = "" } = await clusters.cluster(id);
  const is = (experiment: string, status: string) =>
    until(async () => (await lab.states(experiment)).experiment === status);
  const strikes = () => until(async () => lab.cloud.faults.list().length === 1);
  const end = async () => {
    clusters.client.destroy();
    await lab.cloud.stop();
  };
  return { lab, arn, ask, is, strikes, [Symbol.asyncDispose]: end };
}

test(`${ACTION} refuses all connections, until the end`, onPostgres, async () => {
  await using at = await stage();
  assert.equal(await at.ask(), "1");
  const id = await at.lab.start(strikeOn(at.arn, 100));
  await at.strikes();
  for (let n = 0; n < 3; n++) assert.match(await at.ask(), REFUSED);
  await at.lab.cloud.clock.advance("PT5M");
  await at.is(id, "completed");
  assert.equal(await at.ask(), "1");
});

test(`${ACTION} refuses a share of them, until the experiment is stopped`, onPostgres, async () => {
  await using at = await stage();
  const id = await at.lab.start(strikeOn(at.arn, 50));
  await at.strikes();
  const said: string[] = [];
  for (let n = 0; n < 20; n++) said.push(await at.ask());
  const refused = said.filter((one) => REFUSED.test(one)).length;
  assert.ok(refused > 2 && refused < 18, `${refused} of 20`);
  assert.equal(said.filter((one) => one === "1").length, 20 - refused);
  await at.lab.fis.send(new StopExperimentCommand({ id }));
  await at.is(id, "stopped");
  for (let n = 0; n < 5; n++) assert.equal(await at.ask(), "1");
});

test(`${ACTION} ends when another action fails`, onPostgres, async () => {
  await using at = await stage();
  const { targets, actions } = strikeOn(at.arn, 100);
  const id = await at.lab.start({
    targets,
    actions: {
      ...actions,
      ...failingAfterAMinute(at.lab.account),
    },
  });
  await at.strikes();
  assert.match(await at.ask(), REFUSED);
  await at.lab.cloud.clock.advance("PT1M");
  await at.is(id, "failed");
  assert.equal(await at.ask(), "1");
});

test(
  "a cluster whose Squall is killed while its connections are refused is there again, with all that was committed",
  process.platform === "linux" ? onPostgres : { skip: "Linux only" },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "squall-dsql-"));
    // PostgreSQL is another user where Squall is root.
    chmodSync(dataDir, 0o711);
    const account = newAccount();
    let squall = await squallProcess({ dataDir });
    try {
      const clusters = clustersOf(squall, account);
      const id = await clusters.create();
      await clusters.ask(id, "create table orders as select 17 as number");
      const { arn = "" } = await clusters.cluster(id);
      const fis = new FisClient({
        endpoint: squall.url,
        region: "us-east-1",
        credentials: { accessKeyId: account, secretAccessKey: "test" },
      });
      const { experimentTemplate } = await fis.send(
        new CreateExperimentTemplateCommand({
          clientToken: crypto.randomUUID(),
          description: "A test",
          roleArn: ROLE,
          stopConditions: [{ source: "none" }],
          ...strikeOn(arn, 100),
        }),
      );
      await fis.send(
        new StartExperimentCommand({
          clientToken: crypto.randomUUID(),
          experimentTemplateId: experimentTemplate?.id,
        }),
      );
      await until(async () => REFUSED.test(await clusters.ask(id, "select 1")));
      squall.child.kill("SIGKILL");
      await once(squall.child, "exit");
      squall = await squallProcess({ dataDir });
      const again = clustersOf(squall, account);
      await until(async () => (await again.ask(id, "select number from orders")) === "17");
      squall.child.kill("SIGTERM");
      await once(squall.child, "exit");
    } finally {
      squall.child.kill("SIGKILL");
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
