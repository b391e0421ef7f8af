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
