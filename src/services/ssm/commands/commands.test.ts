import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../test/until.ts";
import { instanceCloud, isAlive } from "./fixture.test.ts";

const IDLE = ["sleep", "1000"];

test("a script runs in its instance, with the instance's environment and its role", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const { InstanceInformationList } = await lab.ssm.describeInstanceInformation({});
  assert.deepEqual(
    InstanceInformationList?.map(({ InstanceId, PingStatus, PlatformType, ComputerName }) => [
      InstanceId,
      PingStatus,
      PlatformType,
      ComputerName,
    ]),
    [[id, "Online", "Linux", "web"]],
  );
  const done = await lab.run(id, "echo $GREETING $AWS_SSM_INSTANCE_ID", "echo no >&2", "exit 3");
  assert.equal(done.Status, "Failed");
  assert.equal(done.ResponseCode, 3);
  assert.equal(done.StandardOutputContent, `hello ${id}\n`);
  assert.equal(done.StandardErrorContent, "no\nfailed to run commands: exit status 3");
  assert.equal(done.PluginName, "aws:runShellScript");
  assert.match(done.ExecutionElapsedTime ?? "", /^PT[\d.]+S$/);
  const well = await lab.run(id, "echo done");
  assert.deepEqual([well.Status, well.StatusDetails, well.ResponseCode], ["Success", "Success", 0]);
});

test("a script that names its interpreter is run by that", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const bash = await lab.run(id, "#!/bin/bash", "all=(a b c)", 'echo "${#all[@]} $SQUALL_ADDRESS"');
  assert.match(bash.StandardOutputContent ?? "", /^3 127\./);
  const node = await lab.run(id, `#!${process.execPath}`, "console.log([1, 2].join('+'))", "process.exit(4)");
  assert.deepEqual([node.StandardOutputContent, node.ResponseCode], ["1+2\n", 4]);
  const none = await lab.run(id, "#!/no/such/interpreter");
  assert.equal(none.Status, "Failed");
});

test("what a command takes may refer to parameters; braces that refer to none are the script's own", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  await lab.ssm.putParameter({ Name: "/greet", Type: "String", Value: "hello" });
  await lab.ssm.putParameter({ Name: "/hidden", Type: "SecureString", Value: "secret" });
  const done = await lab.run(id, "echo {{ssm:/greet}} {{ ssm:/greet:1 }} '{{.Names}}'");
  assert.equal(done.StandardOutputContent, "hello hello {{.Names}}\n");
  for (const name of ["/hidden", "/none"])
    await assert.rejects(lab.run(id, `echo {{ssm:${name}}}`), { name: "InvalidParameters" }, name);
  const nowhere = await lab.ssm.sendCommand({
    DocumentName: "AWS-RunShellScript",
    InstanceIds: [id],
    Parameters: { commands: ["pwd"], workingDirectory: ["/nowhere"] },
  });
  const failed = await lab.ended(nowhere.Command?.CommandId ?? "", id);
  assert.deepEqual(
    [failed.Status, failed.StandardErrorContent],
    ["Failed", "failed to run commands: chdir /nowhere: no such file or directory"],
  );
});

test("commands and their invocations are listed, the newest first", async () => {
  await using lab = await instanceCloud();
  const a = await lab.add("a", IDLE, { tags: { app: "shop" } });
  const b = await lab.add("b", IDLE, { tags: { app: "shop" } });
  await lab.add("c", IDLE, { tags: { app: "other" } });
  const { Command } = await lab.ssm.sendCommand({
    DocumentName: "AWS-RunShellScript",
    Targets: [{ Key: "tag:app", Values: ["shop"] }],
    Parameters: { commands: ["echo $HOSTNAME"] },
    Comment: "who",
    MaxConcurrency: "1",
  });
  assert.equal(Command?.Status, "Pending");
  const id = Command?.CommandId ?? "";
  await lab.ended(id, a);
  await lab.ended(id, b);
  await lab.cloud.clock.advance("PT1S");
  const second = await lab.send(a, ["true"]);
  await lab.ended(second, a);
  const { Commands } = await lab.ssm.listCommands({});
  assert.deepEqual(
    Commands?.map(({ CommandId, Status, TargetCount, CompletedCount }) => [
      CommandId,
      Status,
      TargetCount,
      CompletedCount,
    ]),
    [
      [second, "Success", 1, 1],
      [id, "Success", 2, 2],
    ],
  );
  const { CommandInvocations } = await lab.ssm.listCommandInvocations({ CommandId: id, Details: true });
  assert.deepEqual(CommandInvocations?.map(({ InstanceId }) => InstanceId).sort(), [a, b].sort());
  assert.equal(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Name, "aws:runShellScript");
  const of = await lab.ssm.listCommandInvocations({ InstanceId: b });
  assert.equal(of.CommandInvocations?.length, 1);
  const executing = await lab.ssm.listCommands({ Filters: [{ key: "ExecutionStage", value: "Executing" }] });
  assert.equal(executing.Commands?.length, 0);
});

test("what is written goes to S3 and to Logs", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const Bucket = `out-${lab.account}`;
  await lab.s3.createBucket({ Bucket });
  const command = await lab.send(id, ["echo one", "echo two", "echo bad >&2"], {
    OutputS3BucketName: Bucket,
    OutputS3KeyPrefix: "runs",
    CloudWatchOutputConfig: { CloudWatchOutputEnabled: true },
  });
  const { StandardOutputUrl } = await lab.ended(command, id);
  const folder = `runs/${command}/${id}/awsrunShellScript/0.awsrunShellScript`;
  assert.equal(StandardOutputUrl, `https://s3.us-east-1.amazonaws.com/${Bucket}/${folder}/stdout`);
  const { Body } = await lab.s3.getObject({ Bucket, Key: `${folder}/stdout` });
  assert.equal(await Body?.transformToString(), "one\ntwo\n");
  const { events } = await lab.logs.getLogEvents({
    logGroupName: "/aws/ssm/AWS-RunShellScript",
    logStreamName: `${command}/${id}/aws-runShellScript/stdout`,
    startFromHead: true,
  });
  assert.deepEqual(
    events?.map(({ message }) => message),
    ["one", "two"],
  );
});

test("a command that is cancelled ends with what it has started", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const command = await lab.send(id, ["echo $$", "sleep 1000"]);
  let pid = 0;
  await until(async () => {
    const { CommandInvocations } = await lab.ssm.listCommandInvocations({
      CommandId: command,
      Details: true,
    });
    return CommandInvocations?.[0]?.Status === "InProgress";
  });
  const { StandardOutputContent } = await lab.run(id, "pgrep -f 'sleep 1000' -n || true", "echo x");
  pid = Number.parseInt(StandardOutputContent ?? "", 10);
  await lab.ssm.cancelCommand({ CommandId: command });
  const ended = await lab.ended(command, id);
  assert.deepEqual([ended.Status, ended.StatusDetails], ["Cancelled", "Cancelled"]);
  await until(() => !isAlive(pid));
  const { Commands } = await lab.ssm.listCommands({ CommandId: command });
  assert.equal(Commands?.[0]?.Status, "Cancelled");
});

test("a command that takes too long is ended, on Squall's clock", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const command = await lab.send(id, [], {
    Parameters: { commands: ["sleep 1000"], executionTimeout: ["60"] },
  });
  await until(
    async () =>
      (await lab.ssm.getCommandInvocation({ CommandId: command, InstanceId: id })).Status === "InProgress",
  );
  await lab.cloud.clock.advance("PT61S");
  const ended = await lab.ended(command, id);
  assert.deepEqual([ended.Status, ended.StatusDetails], ["TimedOut", "ExecutionTimedOut"]);
});

test("an instance is found by the tags that EC2 keeps of it", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const tag = (operation: string, Tags: object[]) =>
    lab.cloud.call(
      "ec2",
      operation,
      { Resources: [id], Tags },
      { account: lab.account, region: "us-east-1" },
    );
  const found = async () =>
    (
      await lab.ssm.describeInstanceInformation({ Filters: [{ Key: "tag:app", Values: ["shop"] }] })
    ).InstanceInformationList?.map(({ InstanceId }) => InstanceId);
  await tag("CreateTags", [{ Key: "app", Value: "shop" }]);
  assert.deepEqual(await found(), [id]);
  await tag("DeleteTags", [{ Key: "app" }]);
  assert.deepEqual(await found(), []);
  await assert.rejects(
    lab.ssm.addTagsToResource({ ResourceType: "ManagedInstance", ResourceId: id, Tags: [] }),
    { name: "InvalidResourceId" },
  );
});

test("what cannot be is refused", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const send = (input: object) =>
    lab.ssm.sendCommand({ DocumentName: "AWS-RunShellScript", InstanceIds: [id], ...input });
  await assert.rejects(send({ InstanceIds: ["i-00000000000000000"], Parameters: { commands: ["true"] } }), {
    name: "InvalidInstanceId",
    message: `Instances [[i-00000000000000000]] not in a valid state for account ${lab.account}`,
  });
  await assert.rejects(send({ DocumentName: "None" }), { name: "InvalidDocument" });
  await assert.rejects(send({}), { name: "InvalidParameters" });
  await assert.rejects(send({ Parameters: { commands: ["true"], other: ["x"] } }), {
    name: "InvalidParameters",
  });
  await assert.rejects(send({ InstanceIds: [id, id], Parameters: { commands: ["true"] } }), {
    name: "DuplicateInstanceId",
  });
  await assert.rejects(lab.ssm.getCommandInvocation({ CommandId: id.padEnd(36, "0"), InstanceId: id }), {
    name: "InvalidCommandId",
  });
  await assert.rejects(lab.ssm.sendCommand({ DocumentName: "AWS-RunPowerShellScript", InstanceIds: [] }), {
    name: "UnsupportedPlatformType",
    message: /^The document AWS-RunPowerShellScript is not supported .* no PowerShell\.$/,
  });
  await assert.rejects(lab.ssm.describeDocument({ Name: "AWS-RunPatchBaseline" }), {
    name: "NotImplemented",
    message: /the document AWS-RunPatchBaseline/,
  });
  await assert.rejects(lab.ssm.deleteDocument({ Name: "AWS-RunShellScript" }), {
    name: "InvalidDocumentOperation",
  });
});

test("one's own Command documents run step by step, for this platform", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const step = (name: string, runCommand: string[], more: object = {}) => ({
    action: "aws:runShellScript",
    name,
    inputs: { runCommand },
    ...more,
  });
  await lab.ssm.createDocument({
    Name: "Greet",
    DocumentType: "Command",
    Content: JSON.stringify({
      schemaVersion: "2.2",
      parameters: { Who: { type: "String", default: "world" } },
      mainSteps: [
        step("windows", ["exit 9"], { precondition: { StringEquals: ["platformType", "Windows"] } }),
        step("greet", ["echo hello {{ Who }}"]),
        step("fail", ["exit 4"], { onFailure: "exit" }),
        step("never", ["echo never"]),
      ],
    }),
  });
  const { Command } = await lab.ssm.sendCommand({
    DocumentName: "Greet",
    InstanceIds: [id],
    Parameters: { Who: ["you"] },
  });
  const CommandId = Command?.CommandId ?? "";
  assert.equal((await lab.ended(CommandId, id)).Status, "Failed");
  const { CommandInvocations } = await lab.ssm.listCommandInvocations({ CommandId, Details: true });
  assert.deepEqual(
    CommandInvocations?.[0]?.CommandPlugins?.map(({ Output, ResponseCode }) => [
      ResponseCode,
      Output?.split("\n")[0],
    ]),
    [
      [0, "hello you"],
      [4, ""],
    ],
  );
  const greeted = await lab.ssm.getCommandInvocation({ CommandId, InstanceId: id, PluginName: "greet" });
  assert.equal(greeted.StandardOutputContent, "hello you\n");
});

test("an instance that is removed leaves no process", async () => {
  await using lab = await instanceCloud();
  const id = await lab.add("web", IDLE);
  const { StandardOutputContent } = await lab.run(id, "sleep 1000 & echo $!");
  const pid = Number(StandardOutputContent);
  assert.equal(isAlive(pid), true);
  await fetch(`${lab.cloud.url}/_squall/instances/web`, { method: "DELETE" });
  await until(() => !isAlive(pid));
  assert.equal((await lab.ssm.describeInstanceInformation({})).InstanceInformationList?.length, 0);
});
