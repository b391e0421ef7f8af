import assert from "node:assert/strict";
import { test } from "node:test";
import { EC2 } from "@aws-sdk/client-ec2";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory, ROLE } from "./fixture.test.ts";

/** An instance that runs, and experiments that stop it for a minute. */
async function bed() {
  const lab = await laboratory();
  const { account, cloud } = lab;
  const ec2 = new EC2(clientOptions(cloud, account));
  const { Instances = [] } = await ec2.runInstances({
    ImageId: "ami-0abcdef1234567890",
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
  });
  const instance = Instances[0]?.InstanceId ?? "";
  const state = async () =>
    (await ec2.describeInstances({ InstanceIds: [instance] })).Reservations?.[0]?.Instances?.[0]?.State?.Name;
  await until(async () => (await state()) === "running");
  const strike = async (more: object = {}) => {
    const id = await lab.start({
      targets: {
        instances: {
          resourceType: "aws:ec2:instance",
          resourceArns: [`arn:aws:ec2:us-east-1:${account}:instance/${instance}`],
          selectionMode: "ALL",
        },
      },
      actions: {
        ...more,
        stop: {
          actionId: "aws:ec2:stop-instances",
          parameters: { startInstancesAfterDuration: "PT1M" },
          targets: { Instances: "instances" },
        },
      },
    });
    await until(async () => (await lab.get(id)).actions?.["stop"]?.state?.status === "running");
    await until(async () => (await state()) === "stopped");
    return id;
  };
  const is = (id: string, status: string) => until(async () => (await lab.states(id)).experiment === status);
  /** Keeps instances from starting. */
  const failStarts = (params: object, more: object = {}) =>
    cloud.faults.add({
      effect: "error",
      params,
      match: { service: "ec2", operation: "StartInstances" },
      ...more,
    } as Parameters<typeof cloud.faults.add>[0]);
  return { ...lab, state, strike, is, failStarts, [Symbol.asyncDispose]: () => cloud.stop() };
}

/** An action after which no instance of the account starts for five minutes. */
const noStarts = {
  actionId: "aws:fis:inject-api-unavailable-error",
  parameters: { service: "ec2", operations: "StartInstances", percentage: "100", duration: "PT5M" },
};

test("what an action has to undo is undone as soon as another one's fault lets it be", async () => {
  await using at = await bed();
  const id = await at.strike({ faults: noStarts });
  await at.cloud.clock.advance("PT2M");
  assert.deepEqual(await at.states(id), { experiment: "running", stop: "running", faults: "running" });
  assert.equal(await at.state(), "stopped");
  await at.cloud.clock.advance("PT5M");
  await at.is(id, "completed");
  assert.equal(await at.state(), "running");
});

test("an experiment that is stopped undoes nothing under its own faults", async () => {
  await using at = await bed();
  const id = await at.strike({ faults: noStarts });
  await at.fis.send(new StopExperimentCommand({ id }));
  await at.is(id, "stopped");
  assert.equal(await at.state(), "running");
});

test("it is stopping until a fault lets it undo what it has done", async () => {
  await using at = await bed();
  const id = await at.strike();
  await at.failStarts({ kind: "throttle" }, { times: 3 });
  await at.fis.send(new StopExperimentCommand({ id }));
  assert.deepEqual(await at.states(id), { experiment: "stopping", stop: "stopping" });
  assert.equal(await at.state(), "stopped");
  await at.cloud.clock.advance("PT10S");
  await at.is(id, "stopped");
  assert.equal(await at.state(), "running");
});

test("an action fails when it cannot be undone, and says why", async () => {
  await using at = await bed();
  await at.failStarts({ code: "UnauthorizedOperation", status: 403, message: "You may not." });
  const id = await at.strike();
  await at.cloud.clock.advance("PT1M");
  await at.is(id, "failed");
  const { state, actions } = await at.get(id);
  const reason = "The action could not be undone: UnauthorizedOperation: You may not.";
  assert.equal(state?.reason, reason);
  assert.deepEqual(actions?.["stop"]?.state, { status: "failed", reason });
});

test("an action looks again at what a fault keeps it from seeing", async () => {
  await using at = await bed();
  await at.cloud.faults.add({
    effect: "error",
    params: { kind: "unavailable" },
    match: { service: "ec2", operation: "DescribeInstances", role: ROLE },
    times: 3,
  });
  const id = await at.strike();
  assert.equal((await at.states(id)).experiment, "running");
  await at.cloud.clock.advance("PT2M");
  await at.is(id, "completed");
  assert.equal(await at.state(), "running");
  const looks = at.cloud.calls.of("ec2", "DescribeInstances");
  assert.equal(looks.filter(({ status }) => status === 503).length, 3);
});
