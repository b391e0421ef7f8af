import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { aTarget, balancedOn } from "../elbv2/fixture.test.ts";

/** A load balancer with a target in each of two zones, whose traffic can be shifted. */
async function shifted() {
  const cloud = await testCloud();
  const balanced = await balancedOn(cloud, newAccount());
  const a = await aTarget("a");
  const b = await aTarget("b");
  const { arn, host } = await balanced.balancer();
  const group = await balanced.group("app");
  await balanced.listen(arn, group, 18_200);
  await balanced.register(group, { port: a.port, zone: "us-east-1a" }, { port: b.port, zone: "us-east-1b" });
  await balanced.areAll(group, "healthy");
  const arc = (operation: string, input: object = {}) => balanced.call("arc-zonal-shift", operation, input);
  const manage = (Value = "true") =>
    balanced.call("elbv2", "ModifyLoadBalancerAttributes", {
      LoadBalancerArn: arn,
      Attributes: [{ Key: "zonal_shift.config.enabled", Value }],
    });
  const answering = async () => {
    const said = new Set<string>();
    for (let n = 0; n < 4; n++) said.add(await (await balanced.ask(host)).text());
    return [...said].sort().join();
  };
  const end = async () => {
    await cloud.stop();
    await Promise.all([a.stop(), b.stop()]);
  };
  return { ...balanced, arn, arc, manage, answering, [Symbol.asyncDispose]: end };
}

test("a zonal shift takes traffic away from a zone until it is canceled or expires", async () => {
  await using lab = await shifted();
  await lab.manage();
  assert.equal(await lab.answering(), "a,b");
  const shift = await lab.arc("StartZonalShift", {
    resourceIdentifier: lab.arn,
    awayFrom: "use1-az1",
    expiresIn: "30m",
    comment: "away",
  });
  assert.equal(shift.status, "ACTIVE");
  assert.equal(+shift.expiryTime - +shift.startTime, 30 * 60_000);
  assert.equal(await lab.answering(), "b");
  const managed = await lab.arc("GetManagedResource", { resourceIdentifier: lab.arn });
  assert.deepEqual(managed.appliedWeights, { "use1-az1": 0, "use1-az2": 1, "use1-az3": 1 });
  assert.equal(managed.zonalShifts[0].zonalShiftId, shift.zonalShiftId);
  await lab.arc("CancelZonalShift", { zonalShiftId: shift.zonalShiftId });
  assert.equal(await lab.answering(), "a,b");
  const other = await lab.arc("StartZonalShift", {
    resourceIdentifier: lab.arn,
    awayFrom: "use1-az2",
    expiresIn: "1m",
    comment: "away",
  });
  await lab.arc("UpdateZonalShift", { zonalShiftId: other.zonalShiftId, expiresIn: "2m" });
  await lab.cloud.clock.advance(90_000);
  assert.equal(await lab.answering(), "a");
  await lab.cloud.clock.advance(30_000);
  assert.equal(await lab.answering(), "a,b");
  const { items } = await lab.arc("ListZonalShifts", { resourceIdentifier: lab.arn });
  assert.deepEqual(
    items.map(({ status }: { status: string }) => status),
    ["EXPIRED", "CANCELED"],
  );
});

test("what cannot be shifted is refused with ARC's reasons", async () => {
  await using lab = await shifted();
  const start = (more: object = {}) =>
    lab.arc("StartZonalShift", {
      resourceIdentifier: lab.arn,
      awayFrom: "use1-az1",
      expiresIn: "30m",
      comment: "away",
      ...more,
    });
  await assert.rejects(start(), { code: "ResourceNotFoundException" });
  assert.deepEqual((await lab.arc("ListManagedResources")).items, []);
  await lab.manage();
  const [listed] = (await lab.arc("ListManagedResources")).items;
  assert.equal(listed.arn, lab.arn);
  assert.deepEqual(listed.availabilityZones, ["use1-az1", "use1-az2", "use1-az3"]);
  const wrong: readonly (readonly [object, string, string])[] = [
    [{ expiresIn: "73h" }, "ValidationException", "InvalidExpiresIn"],
    [{ awayFrom: "use1-az9" }, "ValidationException", "InvalidAz"],
    [{ awayFrom: "use1-az5" }, "ValidationException", "UnsupportedAz"],
  ];
  for (const [more, code, reason] of wrong)
    await assert.rejects(start(more), (error: { code: string; members: { reason: string } }) => {
      assert.deepEqual([error.code, error.members.reason], [code, reason]);
      return true;
    });
  const { zonalShiftId } = await start();
  await assert.rejects(start(), (error: { members: object }) => {
    assert.deepEqual(error.members, { reason: "ZonalShiftAlreadyExists", zonalShiftId });
    return true;
  });
  await lab.arc("CancelZonalShift", { zonalShiftId });
  await assert.rejects(lab.arc("CancelZonalShift", { zonalShiftId }), (error: { members: object }) => {
    assert.deepEqual(error.members, { reason: "ZonalShiftStatusNotActive", zonalShiftId });
    return true;
  });
});

test("autoshift is enabled for what has a practice run configuration, and practised on", async () => {
  await using lab = await shifted();
  await lab.manage();
  const resourceIdentifier = lab.arn;
  const enable = (zonalAutoshiftStatus = "ENABLED") =>
    lab.arc("UpdateZonalAutoshiftConfiguration", { resourceIdentifier, zonalAutoshiftStatus });
  await assert.rejects(enable(), (error: { members: object }) => {
    assert.deepEqual(error.members, { reason: "PracticeConfigurationDoesNotExist" });
    return true;
  });
  const alarm = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:slow";
  const outcomeAlarms = [{ type: "CLOUDWATCH", alarmIdentifier: alarm }];
  const made = await lab.arc("CreatePracticeRunConfiguration", { resourceIdentifier, outcomeAlarms });
  assert.deepEqual(made.practiceRunConfiguration, { outcomeAlarms });
  await enable();
  assert.equal((await lab.arc("GetManagedResource", { resourceIdentifier })).zonalAutoshiftStatus, "ENABLED");
  const run = await lab.arc("StartPracticeRun", {
    resourceIdentifier,
    awayFrom: "use1-az1",
    comment: "practice",
  });
  assert.equal(await lab.answering(), "b");
  await lab.arc("CancelPracticeRun", { zonalShiftId: run.zonalShiftId });
  assert.equal(await lab.answering(), "a,b");
  await assert.rejects(lab.arc("DeletePracticeRunConfiguration", { resourceIdentifier }), {
    code: "ConflictException",
  });
  await enable("DISABLED");
  await lab.arc("DeletePracticeRunConfiguration", { resourceIdentifier });
});
