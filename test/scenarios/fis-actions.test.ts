import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CATALOGUED } from "../../src/services/fis/catalogued/index.ts";
import { failingAfterAMinute } from "../../src/services/fis/fixture.test.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { KubeApiserver } from "../kube-apiserver.ts";
import { isThere, needs } from "../needs.ts";
import { type SquallProcess, squallProcess } from "../squall-process.ts";
import { until } from "../until.ts";
import { HARMLESS, ROWS, type Row, type Stage, type World } from "./fis-actions.fixture.ts";

/*
 * Every action that acts, seen by a client before, while and after, however its experiment ends: stopped, failed by another action,
 * stopped by its stop condition, over, or with Squall killed meanwhile.
 */

const REGION = "us-east-1";
const kubernetes = await KubeApiserver.start();
const settings = { eks: { kubeconfig: kubernetes.kubeconfig() } };

function worldOf(at: () => Pick<SquallProcess, "url" | "call">): World {
  const account = newAccount();
  return {
    account,
    kubernetes,
    url: () => at().url,
    call: (service, operation, input = {}, options = {}) =>
      at().call(service, operation, input, { account, region: REGION, ...options }),
  };
}

const condition = (account: string) => `arn:aws:cloudwatch:${REGION}:${account}:alarm:calm`;

/** Begins an experiment with the action. */
async function begun(
  world: World,
  actionId: string,
  { target, parameters }: Stage,
  others: object = {},
): Promise<string> {
  await world.call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "calm",
    Namespace: "Shop",
    MetricName: "Errors",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "ignore",
  });
  const [key, resourceType, arn, more] = target ?? [];
  const { experimentTemplate } = await world.call("fis", "CreateExperimentTemplate", {
    clientToken: crypto.randomUUID(),
    description: actionId,
    roleArn: `arn:aws:iam::${world.account}:role/experimenter`,
    stopConditions: [{ source: "aws:cloudwatch:alarm", value: condition(world.account) }],
    targets: target
      ? {
          them: {
            resourceType,
            ...(arn !== undefined && { resourceArns: [arn] }),
            selectionMode: "ALL",
            ...(more && { parameters: more }),
          },
        }
      : {},
    actions: {
      act: { actionId, parameters, ...(key !== undefined && { targets: { [key]: "them" } }) },
      ...others,
    },
  });
  const { experiment } = await world.call("fis", "StartExperiment", {
    clientToken: crypto.randomUUID(),
    experimentTemplateId: experimentTemplate.id,
  });
  return experiment.id;
}

const experimentOf = async (world: World, id: string) =>
  (await world.call("fis", "GetExperiment", { id })).experiment;
const ends = (world: World, id: string, status: string) =>
  until(
    () => experimentOf(world, id),
    ({ state }) => {
      if (/^(?:completed|stopped|failed|cancelled)$/.test(state.status) && state.status !== status)
        throw new Error(`${state.status}: ${state.reason}`);
      return state.status === status;
    },
  );
const sees = (stage: Stage, is: (seen: string) => boolean) => until(() => stage.look(), is);

const cloud = await testCloud({ settings });
test.after(async () => {
  await cloud.stop();
  await kubernetes.stop();
});

/** How an experiment ends: what is done to it, and what it is called then. */
const ENDINGS: Readonly<Record<string, readonly [(world: World, id: string) => Promise<unknown>, string]>> = {
  stopped: [(world, id) => world.call("fis", "StopExperiment", { id }), "stopped"],
  "failed by another action": [() => cloud.clock.advance("PT1M"), "failed"],
  "stopped by its stop condition": [
    (world) =>
      world.call("cloudwatch", "SetAlarmState", {
        AlarmName: "calm",
        StateValue: "ALARM",
        StateReason: "A test",
      }),
    "stopped",
  ],
};

test("every action of AWS that acts is looked at", async () => {
  const world = worldOf(() => cloud as never);
  const ids: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await world.call("fis", "ListActions", { ...(nextToken !== undefined && { nextToken }) });
    ids.push(...page.actions.map(({ id }: { id: string }) => id));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  const acting = ids.filter((id) => id.startsWith("aws:") && !CATALOGUED.some((one) => one.id === id));
  assert.deepEqual([...Object.keys(ROWS), ...HARMLESS].sort(), acting.sort());
});

for (const [actionId, row] of Object.entries(ROWS))
  test(
    `${actionId} ${row.lasts ? "is done" : "acts, and is undone"}, however it ends`,
    needs(...(row.needs ?? [])),
    async () => {
      const world = worldOf(() => cloud as never);
      const stage = await row.stage(world);
      try {
        const before = await stage.look();
        const rules = cloud.faults.list().length;
        if (row.lasts) {
          const id = await begun(world, actionId, stage);
          await sees(stage, (seen) => seen !== before);
          await ends(world, id, "completed");
        } else
          for (const [how, [end, status]] of Object.entries(ENDINGS)) {
            const id = await begun(world, actionId, stage, failingAfterAMinute(world.account));
            await sees(stage, (seen) => seen !== before);
            await end(world, id);
            await ends(world, id, status);
            await sees(stage, (seen) => seen === before).catch(() => assert.fail(`${how}: it is not undone`));
            await world.call("cloudwatch", "SetAlarmState", {
              AlarmName: "calm",
              StateValue: "OK",
              StateReason: "A test",
            });
          }
        assert.equal(cloud.faults.list().length, rules);
      } finally {
        await stage.end?.();
      }
    },
  );

test("what acts when Squall is killed is undone by the next one", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-actions-"));
  // PostgreSQL runs as somebody else where this is root.
  chmodSync(dataDir, 0o755);
  let squall = await squallProcess({ dataDir, settings });
  const staged: { actionId: string; world: World; stage: Stage; before: string; id: string }[] = [];
  try {
    const rows = Object.entries(ROWS).filter(
      ([, row]: [string, Row]) => !row.lasts && (row.needs ?? []).every((tool) => isThere(tool)),
    );
    for (const [actionId, row] of rows) {
      const world = worldOf(() => squall as never);
      const stage = await row.stage(world);
      staged.push({ actionId, world, stage, before: await stage.look(), id: "" });
    }
    for (const one of staged) one.id = await begun(one.world, one.actionId, one.stage);
    for (const { stage, before } of staged) await sees(stage, (seen) => seen !== before);
    squall.child.kill("SIGKILL");
    await once(squall.child, "exit");
    squall = await squallProcess({ dataDir, settings });
    const left: string[] = [];
    for (const { actionId, world, stage, before, id } of staged) {
      await ends(world, id, "failed");
      await sees(stage, (seen) => seen === before).catch(() => left.push(actionId));
    }
    assert.deepEqual(left, []);
  } finally {
    for (const { stage } of staged) await stage.end?.();
    await squall.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
