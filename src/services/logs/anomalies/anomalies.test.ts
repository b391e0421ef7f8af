import assert from "node:assert/strict";
import { after, test } from "node:test";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";

const cloud = await testCloud();
after(() => cloud.stop());

const DAY_MS = 86_400_000;

/** A group with a stream, in an account of its own, and a way to write to it. */
async function written() {
  const account = newAccount();
  const logs = new CloudWatchLogs(clientOptions(cloud, account));
  await logs.createLogGroup({ logGroupName: "g" });
  await logs.createLogStream({ logGroupName: "g", logStreamName: "s" });
  return {
    logs,
    arn: `arn:aws:logs:us-east-1:${account}:log-group:g`,
    async write(...messages: string[]) {
      const timestamp = cloud.clock.now();
      const logEvents = messages.map((message) => ({ timestamp, message }));
      await logs.putLogEvents({ logGroupName: "g", logStreamName: "s", logEvents });
    },
  };
}

test("a pattern that the group did not have before its detector is an anomaly, with its tokens and samples", async () => {
  const { logs, arn, write } = await written();
  await write("Request 17 took 25 ms", "Request 18 took 3 ms");
  await cloud.clock.advance(1000);
  const { anomalyDetectorArn } = await logs.createLogAnomalyDetector({
    logGroupArnList: [arn],
    evaluationFrequency: "FIVE_MIN",
  });
  await cloud.clock.advance(1000);
  await write("Request 19 took 2 ms", "Error: table orders has 3 locks", "Error: table orders has 4 locks");
  const { anomalies = [] } = await logs.listAnomalies({ anomalyDetectorArn });
  assert.deepEqual(
    anomalies.map((one) => one.patternString),
    ["Error: table orders has <*> locks"],
  );
  const [anomaly] = anomalies;
  assert.ok(anomaly);
  assert.match("Error: table orders has 77 locks", new RegExp(`^${anomaly.patternRegex}$`));
  assert.deepEqual(
    [anomaly.state, anomaly.active, anomaly.suppressed, anomaly.priority],
    ["Active", true, false, "HIGH"],
  );
  assert.deepEqual(Object.values(anomaly.histogram ?? {}), [2]);
  assert.deepEqual(
    anomaly.logSamples?.map(({ message }) => message),
    ["Error: table orders has 3 locks", "Error: table orders has 4 locks"],
  );
  const dynamic = anomaly.patternTokens?.filter(({ isDynamic }) => isDynamic);
  assert.deepEqual(dynamic, [
    { dynamicTokenPosition: 1, isDynamic: true, tokenString: "<*>", enumerations: { 3: 1, 4: 1 } },
  ]);
  assert.equal(anomaly.patternTokens?.map(({ tokenString }) => tokenString).join(""), anomaly.patternString);
  // Asked again, it is the same one.
  const again = await logs.listAnomalies({});
  assert.deepEqual(
    again.anomalies?.map(({ anomalyId }) => anomalyId),
    [anomaly.anomalyId],
  );
  await cloud.clock.advance(22 * DAY_MS);
  assert.deepEqual((await logs.listAnomalies({ anomalyDetectorArn })).anomalies, []);
});

test("only what the filter lets through is looked at, and nothing while the detector is paused", async () => {
  const { logs, arn, write } = await written();
  const { anomalyDetectorArn } = await logs.createLogAnomalyDetector({
    logGroupArnList: [arn],
    filterPattern: "ERROR",
  });
  const seen = async () =>
    ((await logs.listAnomalies({ anomalyDetectorArn })).anomalies ?? [])
      .map((one) => one.patternString)
      .sort();
  await cloud.clock.advance(1000);
  await write("ERROR one", "INFO two");
  await logs.updateLogAnomalyDetector({ anomalyDetectorArn, enabled: false });
  assert.equal((await logs.getLogAnomalyDetector({ anomalyDetectorArn })).anomalyDetectorStatus, "PAUSED");
  await cloud.clock.advance(1000);
  await write("ERROR while paused");
  await cloud.clock.advance(1000);
  await logs.updateLogAnomalyDetector({ anomalyDetectorArn, enabled: true });
  assert.equal((await logs.getLogAnomalyDetector({ anomalyDetectorArn })).anomalyDetectorStatus, "ANALYZING");
  await write("ERROR three");
  assert.deepEqual(await seen(), ["ERROR one", "ERROR three"]);
  await logs.updateLogAnomalyDetector({ anomalyDetectorArn, enabled: true, filterPattern: "INFO" });
  assert.deepEqual(await seen(), ["INFO two"]);
});

test("an anomaly is suppressed for a time, a pattern for good, and what is normal is said to be", async () => {
  const { logs, arn, write } = await written();
  const { anomalyDetectorArn } = await logs.createLogAnomalyDetector({ logGroupArnList: [arn] });
  await cloud.clock.advance(1000);
  await write("a broke", "b broke", "c broke");
  const all = async (suppressionState?: "SUPPRESSED" | "UNSUPPRESSED") =>
    Object.fromEntries(
      ((await logs.listAnomalies({ anomalyDetectorArn, suppressionState })).anomalies ?? []).map((one) => [
        one.patternString!,
        one,
      ]),
    );
  const { "a broke": a, "b broke": b, "c broke": c } = await all();
  const suppressionPeriod = { value: 2, suppressionUnit: "HOURS" } as const;
  await logs.updateAnomaly({
    anomalyDetectorArn,
    anomalyId: a?.anomalyId,
    suppressionType: "LIMITED",
    suppressionPeriod,
  });
  await logs.updateAnomaly({ anomalyDetectorArn, patternId: b?.patternId, suppressionType: "INFINITE" });
  await logs.updateAnomaly({ anomalyDetectorArn, anomalyId: c?.anomalyId, baseline: true });
  const states = async () =>
    Object.fromEntries(Object.entries(await all()).map(([text, { state }]) => [text, state]));
  assert.deepEqual(await states(), {
    "a broke": "Suppressed",
    "b broke": "Suppressed",
    "c broke": "Baseline",
  });
  const suppressed = await all("SUPPRESSED");
  assert.deepEqual(Object.keys(suppressed).sort(), ["a broke", "b broke"]);
  assert.equal(
    suppressed["a broke"]!.suppressedUntil! - suppressed["a broke"]!.suppressedDate!,
    2 * 3_600_000,
  );
  assert.deepEqual(
    [suppressed["a broke"]!.isPatternLevelSuppression, suppressed["b broke"]!.isPatternLevelSuppression],
    [false, true],
  );
  assert.deepEqual(Object.keys(await all("UNSUPPRESSED")), ["c broke"]);
  await cloud.clock.advance(2 * 3_600_000);
  assert.equal((await states())["a broke"], "Active");
  // Neither: it is looked at again.
  await logs.updateAnomaly({ anomalyDetectorArn, patternId: b?.patternId });
  assert.equal((await states())["b broke"], "Active");
});

test("what is wrong is refused", async () => {
  const { logs, arn } = await written();
  const { anomalyDetectorArn } = await logs.createLogAnomalyDetector({ logGroupArnList: [arn] });
  const unknown = anomalyDetectorArn!.replace(/[^:]+$/, "00000000-0000-4000-8000-000000000000");
  const period = { value: 1, suppressionUnit: "HOURS" } as const;
  const id = "00000000-0000-4000-8000-000000000000";
  const refusals: readonly [() => Promise<unknown>, string][] = [
    [() => logs.createLogAnomalyDetector({ logGroupArnList: [] }), "InvalidParameterException"],
    [() => logs.createLogAnomalyDetector({ logGroupArnList: [arn, arn] }), "InvalidParameterException"],
    [() => logs.createLogAnomalyDetector({ logGroupArnList: ["g"] }), "InvalidParameterException"],
    [() => logs.createLogAnomalyDetector({ logGroupArnList: [`${arn}2`] }), "ResourceNotFoundException"],
    [
      () => logs.createLogAnomalyDetector({ logGroupArnList: [arn], anomalyVisibilityTime: 6 }),
      "InvalidParameterException",
    ],
    [
      () => logs.createLogAnomalyDetector({ logGroupArnList: [arn], filterPattern: "{ $.a = " }),
      "InvalidParameterException",
    ],
    [() => logs.getLogAnomalyDetector({ anomalyDetectorArn: unknown }), "ResourceNotFoundException"],
    [
      () => logs.updateLogAnomalyDetector({ anomalyDetectorArn: unknown, enabled: true }),
      "ResourceNotFoundException",
    ],
    [() => logs.deleteLogAnomalyDetector({ anomalyDetectorArn: unknown }), "ResourceNotFoundException"],
    [() => logs.listAnomalies({ anomalyDetectorArn: unknown }), "ResourceNotFoundException"],
    [() => logs.updateAnomaly({ anomalyDetectorArn }), "InvalidParameterException"],
    [
      () => logs.updateAnomaly({ anomalyDetectorArn, anomalyId: id, suppressionType: "LIMITED" }),
      "InvalidParameterException",
    ],
    [
      () =>
        logs.updateAnomaly({
          anomalyDetectorArn,
          anomalyId: id,
          suppressionType: "LIMITED",
          suppressionPeriod: { ...period, value: 0 },
        }),
      "InvalidParameterException",
    ],
  ];
  for (const [call, name] of refusals) await assert.rejects(call, { name }, String(call));
  await logs.deleteLogAnomalyDetector({ anomalyDetectorArn });
  await assert.rejects(logs.getLogAnomalyDetector({ anomalyDetectorArn }), {
    name: "ResourceNotFoundException",
  });
});
