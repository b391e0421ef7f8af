import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECS } from "@aws-sdk/client-ecs";
import {
  CreateExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  StartExperimentCommand,
} from "@aws-sdk/client-fis";
import { testCloud } from "../cloud.ts";
import { squallProcess } from "../squall-process.ts";
import { until } from "../until.ts";

const ACCOUNT = "200000000001";

/** An account's instance and container instances, and an experiment on both, wherever its squall is. */
function clients({ url }: { readonly url: string }) {
  const options = {
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const [ec2, ecs, fis] = [new EC2(options), new ECS(options), new FisClient(options)];
  const instanceState = async (id: string) =>
    (await ec2.describeInstances({ InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0]?.State?.Name;
  const containerStates = async () => {
    const { containerInstanceArns = [] } = await ecs.listContainerInstances({});
    const { containerInstances = [] } = await ecs.describeContainerInstances({
      containerInstances: containerInstanceArns,
    });
    return containerInstances.map(({ status }) => status).sort();
  };
  const experiment = async (id: string) => (await fis.send(new GetExperimentCommand({ id }))).experiment;
  return { ec2, ecs, fis, instanceState, containerStates, experiment };
}

async function launch({ ec2, ecs, instanceState }: ReturnType<typeof clients>): Promise<string> {
  await ecs.createCluster({});
  // Container instances are there as soon as a task wants one.
  await ecs.registerTaskDefinition({
    family: "worker",
    containerDefinitions: [
      { name: "app", image: "worker", memory: 64, command: ["node", "-e", "setInterval(() => {}, 1e6)"] },
    ],
  });
  await ecs.runTask({ taskDefinition: "worker" });
  const { Instances } = await ec2.runInstances({
    ImageId: "ami-0abcdef1234567890",
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
  });
  const id = Instances?.[0]?.InstanceId ?? "";
  await until(async () => (await instanceState(id)) === "running");
  return id;
}

/** Stops the instance and drains half of the cluster, both for ten minutes. */
async function strike({ fis, experiment, instanceState }: ReturnType<typeof clients>, instance: string) {
  const { experimentTemplate } = await fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: crypto.randomUUID(),
      description: "A test",
      roleArn: `arn:aws:iam::${ACCOUNT}:role/experimenter`,
      stopConditions: [{ source: "none" }],
      targets: {
        instances: {
          resourceType: "aws:ec2:instance",
          resourceArns: [`arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${instance}`],
          selectionMode: "ALL",
        },
        clusters: {
          resourceType: "aws:ecs:cluster",
          resourceArns: [`arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/default`],
          selectionMode: "ALL",
        },
      },
      actions: {
        stop: {
          actionId: "aws:ec2:stop-instances",
          parameters: { startInstancesAfterDuration: "PT10M" },
          targets: { Instances: "instances" },
        },
        drain: {
          actionId: "aws:ecs:drain-container-instances",
          parameters: { drainagePercentage: "50", duration: "PT10M" },
          targets: { Clusters: "clusters" },
        },
      },
    }),
  );
  const started = await fis.send(
    new StartExperimentCommand({
      clientToken: crypto.randomUUID(),
      experimentTemplateId: experimentTemplate?.id,
    }),
  );
  const id = started.experiment?.id ?? "";
  await until(async () => {
    const { actions = {} } = (await experiment(id)) ?? {};
    return Object.values(actions).every(({ state }) => state?.status === "running");
  });
  await until(async () => (await instanceState(instance)) === "stopped");
  return id;
}

async function isUndone(
  { experiment, instanceState, containerStates }: ReturnType<typeof clients>,
  id: string,
  instance: string,
) {
  const over = await until(
    () => experiment(id),
    (one) => one?.state?.status === "failed",
  );
  assert.equal(over.state?.reason, "Squall was stopped while the experiment was running.");
  assert.equal(over.actions?.["stop"]?.state?.status, "stopped");
  await until(async () => (await instanceState(instance)) === "running");
  await until(async () => (await containerStates()).join() === "ACTIVE,ACTIVE");
}

test("what an experiment has stopped and drained comes back in the next process when its own was killed", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-experiment-"));
  let squall = await squallProcess({ dataDir });
  try {
    const before = clients(squall);
    const instance = await launch(before);
    const id = await strike(before, instance);
    assert.deepEqual(await before.containerStates(), ["ACTIVE", "DRAINING"]);
    squall.child.kill("SIGKILL");
    await once(squall.child, "exit");
    squall = await squallProcess({ dataDir });
    await isUndone(clients(squall), id, instance);
    // It is owed no more: what is stopped and drained afterwards stays so over another restart.
    const { ec2, ecs } = clients(squall);
    await ec2.stopInstances({ InstanceIds: [instance] });
    const { containerInstanceArns = [] } = await ecs.listContainerInstances({});
    await ecs.updateContainerInstancesState({
      containerInstances: containerInstanceArns.slice(0, 1),
      status: "DRAINING",
    });
    await until(async () => (await clients(squall).instanceState(instance)) === "stopped");
    squall.child.kill("SIGKILL");
    await once(squall.child, "exit");
    squall = await squallProcess({ dataDir });
    assert.equal(await clients(squall).instanceState(instance), "stopped");
    assert.deepEqual(await clients(squall).containerStates(), ["ACTIVE", "DRAINING"]);
  } finally {
    squall.child.kill("SIGKILL");
    if (squall.child.exitCode === null && squall.child.signalCode === null) await once(squall.child, "exit");
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("it comes back as well after a Squall that was stopped in order", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-experiment-"));
  try {
    const first = await testCloud({ dataDir });
    const instance = await launch(clients(first));
    const id = await strike(clients(first), instance);
    await first.stop();
    await using second = await testCloud({ dataDir });
    await isUndone(clients(second), id, instance);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
