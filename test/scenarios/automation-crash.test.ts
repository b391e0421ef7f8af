import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CreateExperimentTemplateCommand, FisClient, StartExperimentCommand } from "@aws-sdk/client-fis";
import { SQS } from "@aws-sdk/client-sqs";
import { SSM } from "@aws-sdk/client-ssm";
import { type SquallProcess, squallProcess } from "../squall-process.ts";
import { until } from "../until.ts";

/** Automations whose Squall is killed under them, as their clients see it. */

const ACCOUNT = "200000000002";
const DENY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }],
});
const setPolicy = (name: string, Policy: string, more: object = {}) => ({
  name,
  action: "aws:executeAwsApi",
  inputs: { Service: "sqs", Api: "SetQueueAttributes", QueueUrl: "jobs", Attributes: { Policy } },
  ...more,
});
const DOCUMENTS: Readonly<Record<string, readonly object[]>> = {
  Deny: [
    setPolicy("deny", DENY, { onFailure: "step:undo" }),
    { name: "hold", action: "aws:sleep", inputs: { Duration: "PT10M" }, onCancel: "step:undo" },
    setPolicy("undo", "", { isEnd: true }),
  ],
  Outer: [{ name: "inner", action: "aws:executeAutomation", inputs: { DocumentName: "Deny" } }],
};

function clients({ url }: { readonly url: string }) {
  const options = {
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const [ssm, sqs, fis] = [new SSM(options), new SQS(options), new FisClient(options)];
  const isDenied = () =>
    sqs.sendMessage({ QueueUrl: `${url}/${ACCOUNT}/jobs`, MessageBody: "m" }).then(
      () => false,
      ({ name }) => /AccessDenied/.test(name),
    );
  const execution = async (AutomationExecutionId: string) =>
    (await ssm.getAutomationExecution({ AutomationExecutionId })).AutomationExecution;
  const advance = (duration: string) =>
    fetch(`${url}/_squall/clock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advance: duration }),
    });
  return { ssm, sqs, fis, isDenied, execution, advance };
}

async function withProcess(
  body: (squall: SquallProcess, restart: () => Promise<SquallProcess>) => Promise<void>,
) {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-automation-crash-"));
  let squall = await squallProcess({ dataDir });
  const kill = async () => {
    squall.child.kill("SIGKILL");
    if (squall.child.exitCode === null && squall.child.signalCode === null) await once(squall.child, "exit");
  };
  try {
    const { ssm, sqs } = clients(squall);
    await sqs.createQueue({ QueueName: "jobs" });
    for (const [Name, mainSteps] of Object.entries(DOCUMENTS))
      await ssm.createDocument({
        Name,
        DocumentType: "Automation",
        Content: JSON.stringify({ schemaVersion: "0.3", mainSteps }),
      });
    await body(squall, async () => {
      await kill();
      squall = await squallProcess({ dataDir });
      return squall;
    });
  } finally {
    await kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

test("an automation whose Squall is killed goes on in the next, with the automation that it had begun", () =>
  withProcess(async (squall, restart) => {
    const before = clients(squall);
    const { AutomationExecutionId: id = "" } = await before.ssm.startAutomationExecution({
      DocumentName: "Outer",
    });
    await until(before.isDenied);
    const after = clients(await restart());
    assert.equal(await after.isDenied(), true);
    assert.equal((await after.execution(id))?.AutomationExecutionStatus, "InProgress");
    await after.advance("PT10M");
    await until(async () => !(await after.isDenied()));
    await until(async () => {
      await after.advance("PT1S");
      return (await after.execution(id))?.AutomationExecutionStatus === "Success";
    });
    const { AutomationExecutionMetadataList: all = [] } = await after.ssm.describeAutomationExecutions({});
    assert.deepEqual(
      all
        .map(({ DocumentName, AutomationExecutionStatus }) => [DocumentName, AutomationExecutionStatus])
        .sort(),
      [
        ["Deny", "Success"],
        ["Outer", "Success"],
      ],
    );
  }));

test("what an experiment's automation has denied is allowed again when its Squall was killed", () =>
  withProcess(async (squall, restart) => {
    const before = clients(squall);
    const { experimentTemplate } = await before.fis.send(
      new CreateExperimentTemplateCommand({
        clientToken: crypto.randomUUID(),
        description: "A test",
        roleArn: `arn:aws:iam::${ACCOUNT}:role/experimenter`,
        stopConditions: [{ source: "none" }],
        actions: {
          run: {
            actionId: "aws:ssm:start-automation-execution",
            parameters: {
              documentArn: `arn:aws:ssm:us-east-1:${ACCOUNT}:document/Deny`,
              maxDuration: "PT30M",
            },
          },
        },
      }),
    );
    await before.fis.send(
      new StartExperimentCommand({
        clientToken: crypto.randomUUID(),
        experimentTemplateId: experimentTemplate?.id,
      }),
    );
    await until(before.isDenied);
    const after = clients(await restart());
    await until(async () => !(await after.isDenied()));
    const [cancelled] =
      (await after.ssm.describeAutomationExecutions({})).AutomationExecutionMetadataList ?? [];
    const steps = await until(
      () => after.execution(cancelled?.AutomationExecutionId ?? ""),
      (one) => one?.AutomationExecutionStatus === "Cancelled",
    );
    assert.deepEqual(
      steps?.StepExecutions?.map(({ StepName, StepStatus }) => `${StepName} ${StepStatus}`),
      ["deny Success", "hold Cancelled", "undo Success"],
    );
  }));
