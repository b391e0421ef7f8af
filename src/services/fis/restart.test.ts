import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { newAccount } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory, ROLE } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof laboratory>>;

const REASON = "Squall was stopped while the experiment was running.";
const wait = (duration: string, ...startAfter: string[]) => ({
  actionId: "aws:fis:wait",
  parameters: { duration },
  startAfter,
});

/** One squall after the other on the same data, in the same account. */
async function inTurn(account: string, ...squalls: ((lab: Lab) => Promise<void>)[]): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "squall-fis-"));
  try {
    for (const squall of squalls) {
      await using lab = await laboratory({ dataDir, account });
      await squall(lab);
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const asCaller = (lab: Lab) => (service: string, operation: string, input: object) =>
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of it is checked by the test
  lab.cloud.call(service, operation, input, { account: lab.account, region: "us-east-1" }) as Promise<any>;

/** Starts an experiment of a template with members that the installed SDK does not know yet. */
async function startOf(lab: Lab, template: object): Promise<string> {
  const created = await lab.ask("POST", "/experimentTemplates", {
    clientToken: "template",
    description: "A test",
    roleArn: ROLE,
    stopConditions: [{ source: "none" }],
    ...template,
  });
  const experimentTemplateId = created.body["experimentTemplate"].id;
  const { body } = await lab.ask("POST", "/experiments", { clientToken: "start", experimentTemplateId });
  return body["experiment"].id;
}

const experimentOf = async (lab: Lab, id: string) =>
  (await lab.ask("GET", `/experiments/${id}`)).body["experiment"];

const report = (postExperimentDuration: string) => ({
  experimentReportConfiguration: {
    outputs: { s3Configuration: { bucketName: "reports" } },
    postExperimentDuration,
  },
});

test("who would have heard of the end of an experiment hears of it from the next squall", async () => {
  const account = newAccount();
  const queue = `arn:aws:sqs:us-east-1:${account}:heard`;
  let id = "";
  await inTurn(
    account,
    async (lab) => {
      const call = asCaller(lab);
      await call("sqs", "CreateQueue", { QueueName: "heard" });
      await call("events", "PutRule", { Name: "fis", EventPattern: JSON.stringify({ source: ["aws.fis"] }) });
      await call("events", "PutTargets", { Rule: "fis", Targets: [{ Id: "queue", Arn: queue }] });
      await call("logs", "CreateLogGroup", { logGroupName: "fis" });
      await call("s3", "CreateBucket", { Bucket: "logs" });
      await call("s3", "CreateBucket", { Bucket: "reports" });
      id = await startOf(lab, {
        targets: {
          roles: {
            resourceType: "aws:iam:role",
            resourceArns: [`arn:aws:iam::${account}:role/a`],
            selectionMode: "ALL",
          },
        },
        actions: {
          first: wait("PT1M"),
          strikes: {
            actionId: "aws:fis:inject-api-throttle-error",
            parameters: { duration: "PT1H", service: "ec2", operations: "RunInstances", percentage: "100" },
            targets: { Roles: "roles" },
            startAfter: ["first"],
          },
          last: wait("PT1M", "strikes"),
        },
        logConfiguration: {
          logSchemaVersion: 2,
          cloudWatchLogsConfiguration: {
            logGroupArn: `arn:aws:logs:us-east-1:${account}:log-group:fis:*`,
          },
          s3Configuration: { bucketName: "logs" },
        },
        ...report("PT5M"),
      });
      await lab.cloud.clock.advance("PT2M");
      assert.equal((await experimentOf(lab, id)).actions.strikes.state.status, "running");
    },
    async (lab) => {
      const call = asCaller(lab);
      const types = [
        "experiment-start",
        "target-resolution-start",
        "target-resolution-detail",
        "target-resolution-end",
        "action-start",
        "action-end",
        "action-start",
        "action-end",
        "experiment-end",
      ];
      const logged = await until(
        async () => {
          const { events } = await call("logs", "FilterLogEvents", { logGroupName: "fis" });
          return events.map(({ message }: { message: string }) => JSON.parse(message));
        },
        (all) => all.length === types.length,
      );
      assert.deepEqual(
        logged.map(({ log_type }: { log_type: string }) => log_type),
        types,
      );
      assert.deepEqual(logged.at(-1).details.experiment_state, {
        status: "failed",
        reason: REASON.replace(/\.$/, ""),
      });
      const stored = await until(async () => {
        const { Contents = [] } = await call("s3", "ListObjectsV2", { Bucket: "logs" });
        return Contents[0]?.Key;
      });
      const { Body } = await call("s3", "GetObject", { Bucket: "logs", Key: stored });
      const lines: string[] = Buffer.from(Body).toString().trim().split("\n");
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).log_type),
        types,
      );
      assert.deepEqual(JSON.parse(lines.at(-1) ?? ""), logged.at(-1));

      const states: object[] = [];
      await until(async () => {
        const { Messages = [] } = await call("sqs", "ReceiveMessage", {
          QueueUrl: `${lab.cloud.url}/${account}/heard`,
          MaxNumberOfMessages: 10,
        });
        for (const { Body } of Messages) states.push(JSON.parse(Body).detail["new-state"]);
        return states.length === 3;
      });
      assert.deepEqual(states.at(-1), { status: "failed", reason: REASON });

      assert.equal((await experimentOf(lab, id)).experimentReport.state.status, "running");
      await lab.cloud.clock.advance("PT5M");
      const { state } = await until(
        async () => (await experimentOf(lab, id)).experimentReport,
        (found) => found.state.status !== "running",
      );
      assert.equal(state.status, "completed");
    },
  );
});

test("a report that is due after a restart is delivered when it is due", async () => {
  let id = "";
  await inTurn(
    newAccount(),
    async (lab) => {
      await asCaller(lab)("s3", "CreateBucket", { Bucket: "reports" });
      id = await startOf(lab, { actions: { wait: wait("PT1M") }, ...report("PT20M") });
      await lab.cloud.clock.advance("PT2M");
    },
    async (lab) => {
      const found = async () => (await experimentOf(lab, id)).experimentReport;
      assert.equal((await found()).state.status, "running");
      await lab.cloud.clock.advance("PT20M");
      const { s3Reports } = await until(found, ({ state }) => state.status === "completed");
      assert.equal(s3Reports.length, 1);
    },
  );
});

test("a safety lever that was being engaged is engaged after a restart, and can be disengaged", async () => {
  const lever = async (lab: Lab) =>
    (await lab.ask("GET", "/safetyLevers/default")).body["safetyLever"].state.status;
  const move = (lab: Lab, status: "engaged" | "disengaged") =>
    lab.ask("PATCH", "/safetyLevers/default/state", { state: { status, reason: "a test" } });
  await inTurn(
    newAccount(),
    async (lab) => {
      await lab.cloud.faults.add({
        effect: "hold",
        point: "fis:experiment-state",
        match: { operation: "stopping" },
      });
      await lab.start({ actions: { wait: wait("PT1H") } });
      await move(lab, "engaged");
      assert.equal(await lever(lab), "engaging");
    },
    async (lab) => {
      assert.equal(await lever(lab), "engaged");
      await move(lab, "disengaged");
      assert.equal(await lever(lab), "disengaged");
    },
  );
});

test("what could not be undone before Squall ended is undone by the next one", async () => {
  const account = newAccount();
  let [instance, ended, stopped] = ["", "", ""];
  const state = async (lab: Lab) => {
    const { Reservations } = await asCaller(lab)("ec2", "DescribeInstances", { InstanceIds: [instance] });
    return Reservations[0].Instances[0].State.Name;
  };
  const stopFor = (lab: Lab, startInstancesAfterDuration: string) =>
    lab.start({
      targets: {
        them: {
          resourceType: "aws:ec2:instance",
          resourceArns: [`arn:aws:ec2:us-east-1:${account}:instance/${instance}`],
          selectionMode: "ALL",
        },
      },
      actions: {
        stop: {
          actionId: "aws:ec2:stop-instances",
          parameters: { startInstancesAfterDuration },
          targets: { Instances: "them" },
        },
      },
    });
  const running = (lab: Lab, id: string) =>
    until(async () => (await experimentOf(lab, id)).actions.stop.state.status === "running");
  await inTurn(
    account,
    async (lab) => {
      const launch = { ImageId: "ami-0abcdef1234567890", InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 };
      const { Instances } = await asCaller(lab)("ec2", "RunInstances", launch);
      instance = Instances[0].InstanceId;
      await until(async () => (await state(lab)) === "running");
      await lab.cloud.faults.add({
        effect: "error",
        params: { kind: "unavailable" },
        match: { service: "ec2", operation: "StartInstances" },
      });
      ended = await stopFor(lab, "PT1M");
      stopped = await stopFor(lab, "PT1H");
      await running(lab, ended);
      await running(lab, stopped);
      await lab.fis.send(new StopExperimentCommand({ id: stopped }));
      await lab.cloud.clock.advance("PT2M");
      // Both wait to start it.
      assert.equal((await experimentOf(lab, ended)).state.status, "running");
      assert.equal((await experimentOf(lab, stopped)).state.status, "stopping");
      assert.equal(await state(lab), "stopped");
    },
    async (lab) => {
      for (const id of [ended, stopped])
        await until(async () => (await experimentOf(lab, id)).state.status === "failed");
      assert.equal(await state(lab), "running");
    },
  );
});
