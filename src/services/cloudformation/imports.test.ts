import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { sdkStacks } from "./sdk.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

test("what is there already comes into a stack by a change set of the type IMPORT", async () => {
  using stacks = sdkStacks(cloud);
  const { QueueUrl } = await stacks.of<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "old" });
  const template = {
    Resources: {
      Jobs: { Type: "AWS::SQS::Queue", DeletionPolicy: "Retain", Properties: { QueueName: "old" } },
    },
    Outputs: { Arn: { Value: { "Fn::GetAtt": ["Jobs", "Arn"] } } },
  };
  const change = (more: object) =>
    stacks.call("CreateChangeSet", {
      StackName: "taken",
      ChangeSetName: "in",
      ChangeSetType: "IMPORT",
      TemplateBody: JSON.stringify(template),
      ...more,
    });
  await change({
    ResourcesToImport: [
      { ResourceType: "AWS::SQS::Queue", LogicalResourceId: "Jobs", ResourceIdentifier: { QueueUrl } },
    ],
  });
  const { Changes } = await stacks.call("DescribeChangeSet", { StackName: "taken", ChangeSetName: "in" });
  const [{ ResourceChange }] = Changes as [{ ResourceChange: { Action: string } }];
  assert.equal(ResourceChange.Action, "Import");
  await stacks.call("ExecuteChangeSet", { StackName: "taken", ChangeSetName: "in" });
  assert.equal(await stacks.status("taken"), "IMPORT_COMPLETE", (await stacks.events("taken")).join("\n"));
  assert.equal(await stacks.physical("taken", "Jobs"), QueueUrl);
  assert.match(String((await stacks.outputs("taken"))["Arn"]), /:old$/);
  await stacks.call("DeleteStack", { StackName: "taken" });
  assert.deepEqual((await stacks.of("sqs", "ListQueues", {}))["QueueUrls"], [QueueUrl]);
});

const OLD = { Resources: { Own: { Type: "AWS::SQS::Queue" } } };
const taken = (QueueName: string) => ({
  Resources: {
    ...OLD.Resources,
    Jobs: { Type: "AWS::SQS::Queue", DeletionPolicy: "Delete", Properties: { QueueName } },
  },
});

/** A change set that is to take a queue into a stack. */
async function importing(stacks: ReturnType<typeof sdkStacks>, template: object, QueueUrl: string) {
  await stacks.call("DeleteChangeSet", { StackName: "taker", ChangeSetName: "in" });
  await stacks.call("CreateChangeSet", {
    StackName: "taker",
    ChangeSetName: "in",
    ChangeSetType: "IMPORT",
    TemplateBody: JSON.stringify(template),
    ResourcesToImport: [
      { ResourceType: "AWS::SQS::Queue", LogicalResourceId: "Jobs", ResourceIdentifier: { QueueUrl } },
    ],
    Tags: [{ Key: "team", Value: "a" }],
  });
  return stacks.call("DescribeChangeSet", { StackName: "taker", ChangeSetName: "in" });
}

test("a stack that takes something in ends with IMPORT_COMPLETE, and what it takes has its tags", async () => {
  using stacks = sdkStacks(cloud);
  const { QueueUrl } = await stacks.of<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "jobs" });
  await stacks.create("taker", OLD);
  await importing(stacks, taken("jobs"), QueueUrl);
  const seen = (await stacks.events("taker")).length;
  await stacks.call("ExecuteChangeSet", { StackName: "taker", ChangeSetName: "in" });
  assert.deepEqual(
    (await stacks.events("taker")).slice(seen).filter((event) => !/^Own /.test(event)),
    [
      "taker IMPORT_IN_PROGRESS User Initiated",
      "Jobs IMPORT_IN_PROGRESS Resource import started.",
      "Jobs IMPORT_COMPLETE Resource import completed.",
      "Jobs UPDATE_IN_PROGRESS Apply stack-level tags to imported resource if applicable.",
      "Jobs UPDATE_COMPLETE",
      "taker IMPORT_COMPLETE",
    ],
  );
  const { Tags } = await stacks.of<{ Tags: Record<string, string> }>("sqs", "ListQueueTags", { QueueUrl });
  assert.equal(Tags["team"], "a");
});

test("an import that fails leaves what it was to take as it is", async () => {
  using stacks = sdkStacks(cloud);
  const { QueueUrl } = await stacks.of<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "jobs" });
  await stacks.create("taker", OLD);
  await importing(stacks, taken("jobs"), QueueUrl);
  const rule = await cloud.faults.add({
    point: "cloudformation:resource",
    effect: "fail",
    match: { resource: `arn:aws:cloudformation:*:${stacks.account}:stack/taker/*/Jobs` },
  });
  await stacks.call("ExecuteChangeSet", { StackName: "taker", ChangeSetName: "in" });
  cloud.faults.remove(rule.id);
  assert.equal(
    await stacks.status("taker"),
    "IMPORT_ROLLBACK_COMPLETE",
    (await stacks.events("taker")).join("\n"),
  );
  const { QueueUrls } = await stacks.of<{ QueueUrls: string[] }>("sqs", "ListQueues", {});
  assert.ok(QueueUrls.includes(QueueUrl));
  const { StackResources } = await stacks.call("DescribeStackResources", { StackName: "taker" });
  assert.deepEqual(
    (StackResources as { LogicalResourceId: string }[]).map((one) => one.LogicalResourceId),
    ["Own"],
  );
  await importing(stacks, taken("jobs"), `${QueueUrl}-none`);
  await stacks.call("ExecuteChangeSet", { StackName: "taker", ChangeSetName: "in" });
  assert.equal(await stacks.status("taker"), "IMPORT_ROLLBACK_COMPLETE");
  await importing(stacks, taken("jobs"), QueueUrl);
  await stacks.call("ExecuteChangeSet", { StackName: "taker", ChangeSetName: "in" });
  assert.equal(await stacks.status("taker"), "IMPORT_COMPLETE");
});

test("an import changes nothing else, and what it takes says what becomes of it", async () => {
  using stacks = sdkStacks(cloud);
  const { QueueUrl } = await stacks.of<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "jobs" });
  await stacks.create("taker", OLD);
  const template = taken("jobs");
  const more = { Resources: { ...template.Resources, More: { Type: "AWS::SQS::Queue" } } };
  const { Status, StatusReason } = await importing(stacks, more, QueueUrl);
  assert.equal(Status, "FAILED");
  assert.match(
    String(StatusReason),
    /^You have modified resources \[.*More.*\] in your template that are not being imported\./,
  );
  const { Jobs } = template.Resources;
  const { DeletionPolicy: _, ...without } = Jobs;
  await assert.rejects(importing(stacks, { Resources: { ...template.Resources, Jobs: without } }, QueueUrl), {
    message:
      "The following resources to import [Jobs] must have DeletionPolicy attribute specified in the template.",
  });
});

test("a FIS experiment template deploys, its targets found by the stack's tag", async () => {
  using stacks = sdkStacks(cloud);
  const template = {
    Resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { Service: "fis.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          },
        },
      },
      Stream: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } },
      Experiment: {
        Type: "AWS::FIS::ExperimentTemplate",
        Properties: {
          Description: "streams throttle",
          RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
          StopConditions: [{ Source: "none" }],
          Targets: {
            Streams: {
              ResourceType: "aws:kinesis:stream",
              ResourceTags: { "aws:cloudformation:stack-name": { Ref: "AWS::StackName" } },
              SelectionMode: "ALL",
            },
          },
          Actions: {
            Throttle: {
              ActionId: "aws:kinesis:stream-provisioned-throughput-exception",
              Parameters: { duration: "PT5M", percentage: "100" },
              Targets: { KinesisStreams: "Streams" },
            },
          },
          Tags: { kind: "drill" },
        },
      },
    },
  };
  await stacks.create("drill", template, { Capabilities: ["CAPABILITY_IAM"] });
  assert.equal(await stacks.status("drill"), "CREATE_COMPLETE", (await stacks.events("drill")).join("\n"));
  const id = await stacks.physical("drill", "Experiment");
  const { experimentTemplate } = await stacks.of<{ experimentTemplate: { tags: Record<string, string> } }>(
    "fis",
    "GetExperimentTemplate",
    { id },
  );
  assert.equal(experimentTemplate.tags["kind"], "drill");
  const { experiment } = await stacks.of<{ experiment: { id: string } }>("fis", "StartExperiment", {
    experimentTemplateId: id,
    clientToken: "once",
  });
  const { resolvedTargets } = await stacks.of<{
    resolvedTargets: { targetInformation: Record<string, string> }[];
  }>("fis", "ListExperimentResolvedTargets", { experimentId: experiment.id });
  assert.match(JSON.stringify(resolvedTargets), new RegExp(await stacks.physical("drill", "Stream")));
  await stacks.of("fis", "StopExperiment", { id: experiment.id });

  template.Resources.Experiment.Properties.Description = "streams throttle a lot";
  await stacks.update("drill", template, { Capabilities: ["CAPABILITY_IAM"] });
  assert.equal(await stacks.status("drill"), "UPDATE_COMPLETE", (await stacks.events("drill")).join("\n"));
  await stacks.call("DeleteStack", { StackName: "drill" });
  assert.deepEqual((await stacks.of("fis", "ListExperimentTemplates", {}))["experimentTemplates"], []);
});
