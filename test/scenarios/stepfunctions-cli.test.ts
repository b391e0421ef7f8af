import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { clientEnvironment, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

test(
  "the AWS CLI makes a state machine, runs it, reads its history, and tests one state",
  needs("aws"),
  async () => {
    await using cloud = await testCloud();
    // The endpoint is an address: nothing can be put before it.
    const env = { ...clientEnvironment(cloud), AWS_DISABLE_HOST_PREFIX_INJECTION: "true" };
    const aws = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)("aws", ["stepfunctions", ...args, "--output", "json"], {
        env,
      });
      return (stdout ? JSON.parse(stdout) : {}) as Record<string, unknown>;
    };
    const state = {
      Type: "Pass",
      Parameters: { "greeting.$": "States.Format('hello {}', $.name)" },
      End: true,
    };
    const definition = JSON.stringify({ StartAt: "Greet", States: { Greet: state } });
    const role = ["--role-arn", "arn:aws:iam::000000000000:role/machine"];
    const created = await aws("create-state-machine", "--name", "cli", "--definition", definition, ...role);
    const machine = ["--state-machine-arn", String(created["stateMachineArn"])];
    const started = await aws("start-execution", ...machine, "--name", "one", "--input", '{"name":"you"}');
    const execution = ["--execution-arn", String(started["executionArn"])];
    let described: Record<string, unknown>;
    do described = await aws("describe-execution", ...execution);
    while (described["status"] === "RUNNING");
    assert.equal(described["output"], '{"greeting":"hello you"}');
    const { events } = (await aws("get-execution-history", ...execution)) as { events: { type: string }[] };
    assert.deepEqual(
      events.map(({ type }) => type),
      ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"],
    );
    const tested = await aws(
      "test-state",
      "--definition",
      JSON.stringify(state),
      ...role,
      "--input",
      '{"name":"me"}',
    );
    assert.equal(tested["output"], '{"greeting":"hello me"}');
    await assert.rejects(
      aws("create-state-machine", "--name", "bad", "--definition", '{"StartAt":"A"}', ...role),
      /InvalidDefinition.*These fields are required: \[States\] at \//,
    );
  },
);
