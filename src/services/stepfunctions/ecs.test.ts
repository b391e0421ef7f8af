import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ECS } from "@aws-sdk/client-ecs";
import { SFN } from "@aws-sdk/client-sfn";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

const cloud = await testCloud();
after(() => cloud.stop());

/** Runs a machine with one task, which runs a task of ECS and waits for it. */
async function ran(program: string) {
  const options = clientOptions(cloud, newAccount());
  await new ECS(options).registerTaskDefinition({
    family: "job",
    containerDefinitions: [{ name: "app", image: "job", memory: 64, command: ["node", "-e", program] }],
  });
  const sfn = new SFN(options);
  const { stateMachineArn } = await sfn.createStateMachine({
    name: "m",
    roleArn: "arn:aws:iam::000000000000:role/m",
    definition: JSON.stringify({
      StartAt: "Run",
      States: {
        Run: {
          Type: "Task",
          Resource: "arn:aws:states:::ecs:runTask.sync",
          Parameters: { TaskDefinition: "job", LaunchType: "EC2" },
          End: true,
        },
      },
    }),
  });
  const { executionArn } = await sfn.startExecution({ stateMachineArn });
  return until(
    () => sfn.describeExecution({ executionArn }),
    ({ status }) => status !== "RUNNING",
  );
}

test("a state machine runs a task of ECS, waits for it, and gets what it came to", async () => {
  const { status, output = "{}" } = await ran("process.exit(0)");
  assert.equal(status, "SUCCEEDED");
  const { LastStatus, Containers } = JSON.parse(output);
  assert.equal(LastStatus, "STOPPED");
  assert.equal(Containers[0].ExitCode, 0);
});

test("a task that fails is States.TaskFailed, with the task as its cause", async () => {
  const { status, error, cause = "{}" } = await ran("process.exit(7)");
  assert.deepEqual([status, error], ["FAILED", "States.TaskFailed"]);
  assert.equal(JSON.parse(cause).Containers[0].ExitCode, 7);
});
