import assert from "node:assert/strict";
import { test } from "node:test";
import { EC2 } from "@aws-sdk/client-ec2";
import {
  CreateExperimentTemplateCommand,
  type CreateExperimentTemplateCommandInput,
  FisClient,
  GetExperimentCommand,
  StartExperimentCommand,
} from "@aws-sdk/client-fis";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { KubeApiserver } from "../../../test/kube-apiserver.ts";
import { until } from "../../../test/until.ts";
import { azPower } from "./az-power.ts";
import type { ScenarioChoice } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

const kubernetes = await KubeApiserver.start();
const cloud = await testCloud({ settings: { eks: { kubeconfig: kubernetes.kubeconfig() } } });
test.after(async () => {
  await cloud.stop();
  await kubernetes.stop();
});
kubernetes.put("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "myserviceaccount" } });

const choiceOf = (account: string): ScenarioChoice => ({
  role: `arn:aws:iam::${account}:role/experimenter`,
  zone: "us-east-1a",
  region: "us-east-1",
  otherRegion: "us-west-2",
  launchRoles: [`arn:aws:iam::${account}:role/launcher`],
  pods: {
    cluster: "shop",
    namespace: "default",
    selector: "app=cart",
    serviceAccount: "myserviceaccount",
  },
});

const created = (fis: FisClient, name: string, account: string) =>
  fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: crypto.randomUUID(),
      // What comes of a scenario is JSON: FIS says whether it is a template.
      ...(SCENARIOS.find((one) => one.name === name)?.template(choiceOf(account)) as unknown as Omit<
        CreateExperimentTemplateCommandInput,
        "clientToken"
      >),
    }),
  );

/** A running instance in the zone with every tag that scenarios look for, a pod that runs, and an experiment that is begun from a scenario. */
async function struck(name: string) {
  kubernetes.pod("cart", { labels: { app: "cart" } });
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const ec2 = new EC2(options);
  const fis = new FisClient(options);
  const { Instances } = await ec2.runInstances({
    ImageId: "ami-0abcdef1234567890",
    MinCount: 1,
    MaxCount: 1,
    Placement: { AvailabilityZone: "us-east-1a" },
    TagSpecifications: [
      {
        ResourceType: "instance",
        Tags: [
          { Key: "AzImpairmentPower", Value: "StopInstances" },
          { Key: "FisStress", Value: "Ready" },
        ],
      },
      { ResourceType: "volume", Tags: [{ Key: "AzImpairmentPower", Value: "ApiPauseVolume" }] },
    ],
  });
  const [instance] = Instances ?? [];
  const id = instance?.InstanceId ?? "";
  await ec2.createTags({
    Resources: [instance?.SubnetId ?? ""],
    Tags: [
      { Key: "AzImpairmentPower", Value: "DisruptSubnet" },
      { Key: "DisruptSubnet", Value: "Allowed" },
    ],
  });
  const state = async () =>
    (await ec2.describeInstances({ InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0]?.State?.Name;
  await until(async () => (await state()) === "running");
  const { experimentTemplate } = await created(fis, name, account);
  const started = await fis.send(
    new StartExperimentCommand({
      clientToken: crypto.randomUUID(),
      experimentTemplateId: experimentTemplate?.id,
    }),
  );
  const experiment = async () =>
    (await fis.send(new GetExperimentCommand({ id: started.experiment?.id }))).experiment;
  return { state, experiment };
}

/** They take this machine's processor and memory: that their documents do so is shown by Systems Manager's tests. */
const TAKES_MUCH = ["ec2-cpu", "ec2-memory"];

test("every scenario is a template that FIS takes", async () => {
  const account = newAccount();
  const fis = new FisClient(clientOptions(cloud, account));
  for (const scenario of SCENARIOS) {
    const { experimentTemplate } = await created(fis, scenario.name, account);
    assert.equal(experimentTemplate?.tags?.["Name"], scenario.title);
    for (const { actionId = "" } of Object.values(experimentTemplate?.actions ?? {}))
      assert.match(actionId, /^(?:aws|localstack):/);
  }
});

test("subnets of a zone without power are cut off for two minutes, and no longer than the power is away", () => {
  for (const [duration, cutOff] of [
    [undefined, "PT2M"],
    ["PT2M", "PT2M"],
    ["PT121S", "PT2M"],
    ["PT119S", "PT119S"],
    ["PT1M", "PT1M"],
  ] as const) {
    const choice = { ...choiceOf(newAccount()), ...(duration && { duration }) };
    const { actions } = azPower.template(choice) as {
      actions: Record<string, { parameters: { duration: string } }>;
    };
    assert.equal(actions["Pause-Network-Connectivity"]?.parameters.duration, cutOff, duration);
  }
});

for (const { name } of SCENARIOS.filter((one) => !TAKES_MUCH.includes(one.name)))
  test(`the scenario ${name} runs to its end, and what is not there is skipped`, async () => {
    const { state, experiment } = await struck(name);
    const stops = name === "az-power" || name === "ec2-instance-failure";
    if (stops) await until(async () => (await state()) === "stopped");
    const over = await until(
      async () => {
        await cloud.clock.advance("PT10M");
        return experiment();
      },
      (one) => !["pending", "initiating", "running"].includes(one?.state?.status ?? ""),
    );
    assert.equal(over.state?.status, "completed", JSON.stringify(over, undefined, 1));
    const ends = Object.entries(over.actions ?? {}).map(([action, { state: end }]) => [action, end?.status]);
    assert.ok(
      ends.some(([, status]) => status === "completed"),
      JSON.stringify(ends),
    );
    if (name === "az-power") {
      const by = Object.fromEntries(ends);
      for (const action of [
        "Stop-EC2-Instances",
        "Pause-Network-Connectivity",
        "Pause-EBS-IO",
        "Pause-Instance-Launches",
      ])
        assert.equal(by[action], "completed", action);
      for (const action of ["Failover-RDS", "Pause-ElastiCache", "Pause-ASG-Scaling"])
        assert.equal(by[action], "skipped", action);
    }
    await until(async () => (await state()) === "running");
    assert.deepEqual(cloud.faults.list(), []);
  });
