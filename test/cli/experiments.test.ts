import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "squall-experiments-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const squall = (cloud: Pick<Cloud, "url">, ...args: string[]) => command(cloud, "experiments", ...args);

function command(cloud: Pick<Cloud, "url">, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, SQUALL_URL: cloud.url };
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const OUTAGE = `
actions:
  outage:
    actionId: aws:fis:inject-api-unavailable-error
    parameters: { duration: PT1M, service: sqs, operations: ListQueues, percentage: "100" }
`;

test("an experiment runs from a file, is followed to its end, and says what it struck", async () => {
  await using cloud = await testCloud();
  const running = squall(cloud, "run", file("outage.yaml", OUTAGE), "--watch");
  await until(() => cloud.faults.list().length > 0);
  const sqs = new SQSClient(clientOptions(cloud, "000000000000"));
  await assert.rejects(sqs.send(new ListQueuesCommand({})), { name: "ServiceUnavailable" });
  await cloud.clock.advance("PT1M");
  const { code, output } = await running;
  assert.equal(code, 0, output);
  assert.match(output, /^Experiment EXP\w+ of .*outage\.yaml$/m);
  assert.match(output, /^experiment: completed \(Experiment completed\.\)$/m);
  assert.match(output, /^ {2}outage: completed \(Action was completed\.\)$/m);
  assert.match(output, /sqs\.ListQueues => 503 ServiceUnavailable \[error by outage\]/);
  assert.match(output, /^completed: 1 call struck$/m);
});

test("an experiment that fails ends the command with 1", async () => {
  await using cloud = await testCloud();
  const path = file(
    "cut.json",
    JSON.stringify({
      targets: {
        all: {
          resourceType: "aws:directconnect:virtual-interface",
          resourceArns: ["arn:aws:directconnect:us-east-1:000000000000:dxvif/dxvif-1"],
          selectionMode: "ALL",
        },
      },
      actions: {
        cut: {
          actionId: "aws:directconnect:virtual-interface-disconnect",
          parameters: { duration: "PT1M" },
          targets: { VirtualInterfaces: "all" },
        },
      },
    }),
  );
  const { code, output } = await squall(cloud, "run", path);
  assert.equal(code, 1);
  assert.match(
    output,
    /cut: failed \(aws:directconnect:virtual-interface-disconnect does not act in Squall yet/,
  );
});

test("a template that is wrong is refused with FIS's words", async () => {
  await using cloud = await testCloud();
  const { code, output } = await squall(cloud, "run", file("wrong.yaml", OUTAGE.replace("PT1M", "soon")));
  assert.equal(code, 1);
  assert.match(output, /^squall: Invalid value "soon" for parameter "duration" in action "outage"/m);
});

test("a Region goes down and comes back by one command, and a place that is none is refused", async () => {
  await using cloud = await testCloud();
  const outage = (...args: string[]) => command(cloud, "outage", ...args);
  const { code, output } = await outage("us-west-1", "--for", "PT1M", "--until", "running");
  assert.equal(code, 0, output);
  assert.match(output, /^Experiment EXP\w+ of an outage of us-west-1$/m);
  const options = clientOptions(cloud, "000000000000");
  const west = new SQSClient({ ...options, region: "us-west-1" });
  await assert.rejects(west.send(new ListQueuesCommand({})), { name: "ServiceUnavailable" });
  await new SQSClient(options).send(new ListQueuesCommand({}));
  await cloud.clock.advance("PT1M");
  await west.send(new ListQueuesCommand({}));
  const zone = await outage("us-west-1a", "--until", "running");
  assert.match(zone.output, /Stop-EC2-Instances/);
  assert.match(
    (await outage("the moon")).output,
    /the moon is no Region \(us-west-1\) and no Availability Zone/,
  );
});

test("experiments are listed, shown and stopped, and actions are listed", async () => {
  await using cloud = await testCloud();
  assert.match((await squall(cloud, "list")).output, /There are no experiments\./);
  const started = await squall(cloud, "run", file("long.yaml", OUTAGE), "--until", "running");
  assert.equal(started.code, 0, started.output);
  const id = /Experiment (EXP\w+)/.exec(started.output)![1]!;
  assert.match((await squall(cloud, "list")).output, new RegExp(`${id} .* running`));
  assert.equal((await squall(cloud, "stop", id)).output, `Stopped ${id}.\n`);
  assert.match((await squall(cloud, "show", id)).output, /^\*\*stopped\*\*: Experiment stopped\.$/m);
  assert.equal((await squall(cloud, "show", "EXPnone")).code, 1);
  const { output } = await squall(cloud, "actions");
  assert.match(output, /aws:fis:wait +│ yes/);
  assert.match(output, /aws:ec2:stop-instances +│ yes/);
  assert.match(output, /aws:directconnect:virtual-interface-disconnect +│ not yet/);
  assert.match(output, /squall:api:lost-reply/);
});
