import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import type { Cloud, CloudOptions, FaultRuleInput } from "../../src/index.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";
import { ELSEWHERE, type StageCase, stages } from "./lifecycles.ts";
import { type Call, caller } from "./lists.ts";

/** Every stage of every lifecycle: as long as on AWS under real timings, held and failed by rules, over at once otherwise. */

const LONG_AFTER = "PT1H";

/** What is told; undefined when there is nothing any more. */
async function stateOf(stage: StageCase, call: Call): Promise<unknown> {
  try {
    return await stage.state(call);
  } catch (error) {
    const { status } = error as { status?: number };
    if (status === undefined || status >= 500) throw error;
    return undefined;
  }
}

async function settles(stage: StageCase, call: Call, wanted: unknown): Promise<void> {
  // Work behind an answer (code that is unpacked, an environment that starts) takes none of the clock's time.
  await until(
    () => stateOf(stage, call),
    (state) => state === wanted,
  );
}

const callsOf = ({ service, point }: StageCase, cloud: Cloud, account: string) =>
  caller(cloud.call, service ?? point.split(":")[0]!, account);

async function prepared(stage: StageCase, cloud: Cloud): Promise<Call> {
  const call = callsOf(stage, cloud, newAccount());
  for (const step of [stage.prepare ?? []].flat()) {
    await step(call);
    await cloud.clock.advance(LONG_AFTER);
  }
  const { isReady } = stage;
  if (isReady) await until(() => isReady(call));
  return call;
}

for (const stage of stages) {
  const { point, stage: name, settled, failed, interrupted, afterMs } = stage;
  const title = `${stage.service ?? ""} ${point} ${name}`.trim();

  test(`${title} lasts under real timings, and then it is ${settled ?? "gone"}`, async () => {
    await using cloud = await testCloud({ listen: false, timings: "real", clockRate: 0 });
    const call = await prepared(stage, cloud);
    await stage.begin(call);
    if (afterMs) await cloud.clock.advance(afterMs);
    assert.equal(await stateOf(stage, call), name);
    await cloud.clock.advance(LONG_AFTER);
    await settles(stage, call, settled);
  });

  test(`${title} lasts on in the next process`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "squall-lifecycles-"));
    const options: CloudOptions = { listen: false, timings: "real", clockRate: 0, dataDir };
    try {
      let account: string;
      {
        await using cloud = await testCloud(options);
        const call = await prepared(stage, cloud);
        await stage.begin(call);
        if (afterMs) await cloud.clock.advance(afterMs);
        ({ account } = call);
      }
      await using cloud = await testCloud(options);
      const call = callsOf(stage, cloud, account);
      assert.equal(await stateOf(stage, call), interrupted ?? name);
      await cloud.clock.advance(LONG_AFTER);
      await settles(stage, call, interrupted ?? settled);
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });

  test(`${title} is held by a rule, and over at once without one`, async () => {
    await using cloud = await testCloud({ listen: false, clockRate: 0 });
    const call = await prepared(stage, cloud);
    await cloud.faults.add({
      id: "held",
      point,
      effect: "hold",
      match: { operation: name },
    } as FaultRuleInput);
    await stage.begin(call);
    assert.equal(await stateOf(stage, call), name);
    // An experiment would end after twelve hours.
    await cloud.clock.advance("PT11H");
    assert.equal(await stateOf(stage, call), name);
    cloud.faults.remove("held");
    await settles(stage, call, settled);
  });

  if (failed !== undefined)
    test(`${title} fails by a rule: ${failed}`, async () => {
      await using cloud = await testCloud({ listen: false, clockRate: 0 });
      const call = await prepared(stage, cloud);
      await cloud.faults.add({ point, effect: "fail", match: { operation: name } } as FaultRuleInput);
      await stage.begin(call);
      await settles(stage, call, failed);
    });
}

test("every stage of every declared lifecycle is above", async () => {
  const points = Object.entries(new Catalog(await loadDeclarations()).faultPoints());
  const missing = points
    .filter(([, { effects }]) => effects?.["hold"] !== undefined)
    .flatMap(([point, { operations = [], effects }]) =>
      operations
        .filter((name) => !ELSEWHERE.test(`${point} ${name}`))
        .filter((name) => !stages.some((one) => one.point === point && one.stage === name))
        .map((name) => `${point} ${name}${effects?.["fail"] ? " (can fail)" : ""}`),
    );
  assert.deepEqual(missing, []);
});
