import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { clientEnvironment, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

/** The tutorial's files, to the letter. */
const EXPERIMENT_DDB = `{
        "actions": {
                "Test action 1": {
                        "actionId": "localstack:generic:api-error",
                        "parameters": {
                                "service": "dynamodb",
                                "api": "all",
                                "percentage": "100",
                                "exception": "DynamoDbException",
                                "errorCode": "500"
                        }
                }
        },
        "description": "Template for interfering with the DynamoDB service",
        "stopConditions": [{
                "source": "none"
        }],
        "roleArn": "arn:aws:iam:000000000000:role/ExperimentRole"
}
`;
const LATENCY_EXPERIMENT = `{
  "description": "template for testing delays in API calls",
  "actions": {
    "latency": {
      "actionId": "localstack:generic:api-error",
      "parameters": {
        "latency": "4"
      }
    }
  },
  "stopConditions": [
    {
      "source": "none"
    }
  ],
  "roleArn": "arn:aws:iam:000000000000:role/ExperimentRole"
}
`;

/** The AWS CLI in a folder with the tutorial's files, as the account 000000000000. */
async function tutorial() {
  const cloud = await testCloud();
  const cwd = await mkdtemp(join(tmpdir(), "squall-tutorial-"));
  await writeFile(join(cwd, "experiment-ddb.json"), EXPERIMENT_DDB);
  await writeFile(join(cwd, "latency-experiment.json"), LATENCY_EXPERIMENT);
  const env = clientEnvironment(cloud, "test");
  /** The command's JSON, or what it says on standard error. */
  const aws = async (command: string) => {
    try {
      const { stdout } = await run("aws", command.split(" "), { cwd, env });
      // biome-ignore lint/suspicious/noExplicitAny: the CLI's answers are what the test looks at
      return JSON.parse(stdout) as any;
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      if (!stderr) throw error;
      return stderr.trim();
    }
  };
  const end = async () => {
    await cloud.stop();
    await rm(cwd, { recursive: true, force: true });
  };
  return { cloud, aws, [Symbol.asyncDispose]: end };
}

const CREATE_TABLE =
  "dynamodb create-table --table-name Products --attribute-definitions AttributeName=id,AttributeType=S" +
  " --key-schema AttributeName=id,KeyType=HASH --billing-mode PAY_PER_REQUEST";

test("the tutorial's outage, command by command", needs("aws"), async () => {
  await using seed = await tutorial();
  const { aws } = seed;
  await aws(CREATE_TABLE);

  const { experimentTemplate } = await aws(
    "fis create-experiment-template --cli-input-json file://experiment-ddb.json",
  );
  const { description, actions, stopConditions, roleArn } = JSON.parse(EXPERIMENT_DDB);
  assert.deepEqual(
    {
      description: experimentTemplate.description,
      actions: experimentTemplate.actions,
      stopConditions: experimentTemplate.stopConditions,
      roleArn: experimentTemplate.roleArn,
    },
    { description, actions, stopConditions, roleArn },
  );
  assert.equal(experimentTemplate.creationTime, experimentTemplate.lastUpdateTime);

  const { experiment } = await aws(`fis start-experiment --experiment-template-id ${experimentTemplate.id}`);
  assert.equal(experiment.experimentTemplateId, experimentTemplate.id);
  assert.equal(experiment.roleArn, roleArn);
  assert.equal(experiment.state.status, "initiating");
  const { state, ...action } = experiment.actions["Test action 1"];
  assert.deepEqual(action, actions["Test action 1"]);
  assert.deepEqual(state, { status: "pending", reason: "Initial state" });
  assert.deepEqual(experiment.stopConditions, stopConditions);

  assert.match(
    await aws("dynamodb scan --table-name Products"),
    /An error occurred \(DynamoDbException\) when calling the Scan operation.*: Failing as per Fault Injection Simulator configuration/,
  );
  const running = await aws(`fis get-experiment --id ${experiment.id}`);
  assert.equal(running.experiment.state.status, "running");

  const { experiment: stopping } = await aws(`fis stop-experiment --id ${experiment.id}`);
  assert.equal(stopping.state.status, "stopping");
  assert.equal((await aws("dynamodb scan --table-name Products")).Count, 0);
  const { experiment: stopped } = await aws(`fis get-experiment --id ${experiment.id}`);
  assert.equal(stopped.state.status, "stopped");
  assert.ok(stopped.endTime >= stopped.startTime);
  assert.ok(stopped.actions["Test action 1"].endTime >= stopped.actions["Test action 1"].startTime);
  const { experiments } = await aws("fis list-experiments");
  assert.deepEqual(
    experiments.map(({ id }: { id: string }) => id),
    [experiment.id],
  );
});

test(
  "the tutorial's latency delays every service by four seconds, but not the way to stop it",
  needs("aws"),
  async () => {
    await using seed = await tutorial();
    const { aws, cloud } = seed;
    await aws(CREATE_TABLE);
    const { experimentTemplate } = await aws(
      "fis create-experiment-template --cli-input-json file://latency-experiment.json",
    );
    const { experiment } = await aws(
      `fis start-experiment --experiment-template-id ${experimentTemplate.id}`,
    );
    cloud.calls.clear();
    await aws("dynamodb scan --table-name Products");
    const [scan] = cloud.calls.of("dynamodb", "Scan");
    assert.equal(scan!.status, 200);
    assert.ok(scan!.durationMs >= 4000 && scan!.durationMs < 6000, `${scan!.durationMs} ms`);
    await aws(`fis stop-experiment --id ${experiment.id}`);
    const [stop] = cloud.calls.of("fis", "StopExperiment");
    assert.ok(stop!.durationMs < 1000);
    await aws("dynamodb scan --table-name Products");
    assert.ok(cloud.calls.of("dynamodb", "Scan")[1]!.durationMs < 1000);
  },
);
