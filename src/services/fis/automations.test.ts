import assert from "node:assert/strict";
import { test } from "node:test";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { until } from "../../../test/until.ts";
import { laboratory } from "./fixture.test.ts";

/** A queue, and a runbook that denies it to everybody by its policy, as AWS's template library does, and undoes that. */
async function bed() {
  const lab = await laboratory();
  const where = { account: lab.account, region: "us-east-1", as: `arn:aws:iam::${lab.account}:root` };
  // biome-ignore lint/suspicious/noExplicitAny: outputs of several services
  const call = (service: string, operation: string, input: object = {}): Promise<any> =>
    lab.cloud.call(service, operation, input, where);
  await call("sqs", "CreateQueue", { QueueName: "jobs" });
  const api = (name: string, Policy: string, more: object) => ({
    name,
    action: "aws:executeAwsApi",
    inputs: { Service: "sqs", Api: "SetQueueAttributes", QueueUrl: "{{ Queue }}", Attributes: { Policy } },
    ...more,
  });
  const deny = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }],
  });
  const Content = JSON.stringify({
    schemaVersion: "0.3",
    parameters: { Queue: { type: "String" }, Minutes: { type: "String", default: "PT5M" } },
    mainSteps: [
      api("deny", deny, { onFailure: "step:undo" }),
      {
        name: "hold",
        action: "aws:sleep",
        inputs: { Duration: "{{ Minutes }}" },
        onFailure: "step:undo",
        onCancel: "step:undo",
      },
      api("undo", "", { isEnd: true }),
    ],
  });
  await call("ssm", "CreateDocument", { Name: "Deny-Queue", DocumentType: "Automation", Content });
  const experiment = (maxDuration: string) =>
    lab.start({
      actions: {
        run: {
          actionId: "aws:ssm:start-automation-execution",
          parameters: {
            documentArn: `arn:aws:ssm:us-east-1:${lab.account}:document/Deny-Queue`,
            documentParameters: JSON.stringify({ Queue: "jobs" }),
            maxDuration,
          },
        },
      },
    });
  const isDenied = () =>
    call("sqs", "SendMessage", { QueueUrl: "jobs", MessageBody: "m" }).then(
      () => false,
      ({ code }) => /AccessDenied/.test(code),
    );
  const status = async (id: string) => (await lab.states(id)).experiment;
  return { ...lab, call, experiment, isDenied, status };
}

test("an automation takes a queue down by its policy and brings it back, and the experiment ends with it", async () => {
  await using lab = await bed();
  const id = await lab.experiment("PT10M");
  await until(lab.isDenied);
  assert.equal(await lab.isDenied(), true);
  assert.deepEqual(await lab.states(id), { experiment: "running", run: "running" });
  await lab.cloud.clock.advance("PT5M1S");
  assert.equal(await lab.isDenied(), false);
  await lab.cloud.clock.advance("PT2S");
  await until(async () => (await lab.status(id)) === "completed");
  assert.deepEqual(await lab.states(id), { experiment: "completed", run: "completed" });
});

test("an experiment that is stopped cancels its automation, whose onCancel runs before it is over", async () => {
  await using lab = await bed();
  const id = await lab.experiment("PT10M");
  await until(lab.isDenied);
  await lab.fis.send(new StopExperimentCommand({ id }));
  await until(async () => !(await lab.isDenied()));
  await lab.cloud.clock.advance("PT5S");
  await until(async () => (await lab.status(id)) === "stopped");
  assert.deepEqual(await lab.states(id), { experiment: "stopped", run: "stopped" });
  assert.equal(await lab.isDenied(), false);
  const { AutomationExecutionMetadataList } = await lab.call("ssm", "DescribeAutomationExecutions");
  assert.equal(AutomationExecutionMetadataList[0].AutomationExecutionStatus, "Cancelled");
});

test("an automation that takes longer than it may, or that there is none of, fails the experiment", async () => {
  await using lab = await bed();
  const id = await lab.experiment("PT1M");
  await until(lab.isDenied);
  await lab.cloud.clock.advance("PT2M");
  await until(async () => (await lab.status(id)) === "failed");
  assert.equal(await lab.status(id), "failed");
  await until(async () => !(await lab.isDenied()));
  assert.equal(await lab.isDenied(), false);
  await lab.call("ssm", "DeleteDocument", { Name: "Deny-Queue" });
  const none = await lab.experiment("PT1M");
  await until(async () => (await lab.status(none)) === "failed");
  assert.match((await lab.get(none)).state!.reason!, /AutomationDefinitionNotFoundException/);
});
