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

const queue = (properties: object = {}, more: object = {}) => ({
  Type: "AWS::SQS::Queue",
  Properties: properties,
  ...more,
});
const BAD = queue({ VisibilityTimeout: -1 }, { DependsOn: "Jobs" });
const FAILING = { Resources: { Jobs: queue(), Bad: BAD } };

test("OnFailure says what becomes of a stack that could not be made", async () => {
  using stacks = sdkStacks(cloud);
  const left = async () =>
    ((await stacks.of<{ QueueUrls?: string[] }>("sqs", "ListQueues", {})).QueueUrls ?? []).length;
  await stacks.create("back", FAILING, { OnFailure: "ROLLBACK" });
  assert.deepEqual([await stacks.status("back"), await left()], ["ROLLBACK_COMPLETE", 0]);
  const id = await stacks.create("gone", FAILING, { OnFailure: "DELETE" });
  assert.deepEqual([await stacks.status(id), await left()], ["DELETE_COMPLETE", 0]);
  await assert.rejects(stacks.status("gone"), { message: "Stack with id gone does not exist" });
  await stacks.create("kept", FAILING, { OnFailure: "DO_NOTHING" });
  assert.deepEqual([await stacks.status("kept"), await left()], ["CREATE_FAILED", 1]);
  await assert.rejects(stacks.create("both", FAILING, { OnFailure: "DELETE", DisableRollback: true }), {
    name: "ValidationError",
    message: "You can specify either DisableRollback or OnFailure, but not both.",
  });
  // What stands is gone on with.
  await stacks.update("kept", { Resources: { Jobs: queue(), Bad: queue() } });
  assert.deepEqual([await stacks.status("kept"), await left()], ["UPDATE_COMPLETE", 2]);
});

test("a zone whose queries are to be logged is refused by that, when it is made and when it is changed", async () => {
  using stacks = sdkStacks(cloud);
  const CloudWatchLogsLogGroupArn = `arn:aws:logs:us-east-1:${stacks.account}:log-group:/aws/route53/example.com:*`;
  const logged = { QueryLoggingConfig: { CloudWatchLogsLogGroupArn } };
  const zone = (more: object) => ({
    Resources: { Zone: { Type: "AWS::Route53::HostedZone", Properties: { Name: "example.com", ...more } } },
  });
  const zones = async () =>
    ((await stacks.of("route53", "ListHostedZones", {}))["HostedZones"] as object[]).length;
  const refused = (state: string) =>
    new RegExp(`^Zone ${state} .*Squall does not implement a hosted zone's QueryLoggingConfig yet`, "m");
  await stacks.create("new", zone(logged));
  assert.match((await stacks.events("new")).join("\n"), refused("CREATE_FAILED"));
  assert.equal(await zones(), 0);
  await stacks.create("there", zone({}));
  await stacks.update("there", zone(logged));
  assert.match((await stacks.events("there")).join("\n"), refused("UPDATE_FAILED"));
  assert.deepEqual([await stacks.status("there"), await zones()], ["UPDATE_ROLLBACK_COMPLETE", 1]);
});

test("an update that must not be rolled back stays as it failed, until RollbackStack", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("shop", { Resources: { Jobs: queue({ DelaySeconds: 1 }) } });
  await stacks.update(
    "shop",
    { Resources: { Jobs: queue({ DelaySeconds: 2 }), Bad: BAD } },
    { DisableRollback: true },
  );
  assert.equal(await stacks.status("shop"), "UPDATE_FAILED");
  const delay = async () => {
    const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
      "sqs",
      "GetQueueAttributes",
      {
        QueueUrl: await stacks.physical("shop", "Jobs"),
        AttributeNames: ["DelaySeconds"],
      },
    );
    return Attributes["DelaySeconds"];
  };
  assert.equal(await delay(), "2");
  await stacks.call("RollbackStack", { StackName: "shop" });
  assert.deepEqual([await stacks.status("shop"), await delay()], ["UPDATE_ROLLBACK_COMPLETE", "1"]);
});

test("a stack policy keeps resources from being changed, replaced or deleted by updates", async () => {
  using stacks = sdkStacks(cloud);
  const policy = (Action: string) =>
    JSON.stringify({
      Statement: [
        { Effect: "Allow", Action: "Update:*", Principal: "*", Resource: "*" },
        { Effect: "Deny", Action, Principal: "*", Resource: "LogicalResourceId/Jobs" },
      ],
    });
  const of = (properties: object) => ({ Resources: { Jobs: queue(properties) } });
  await stacks.create("held", of({ DelaySeconds: 1 }), { StackPolicyBody: policy("Update:Modify") });
  const { StackPolicyBody } = await stacks.call("GetStackPolicy", { StackName: "held" });
  assert.equal(StackPolicyBody, policy("Update:Modify"));
  await stacks.update("held", of({ DelaySeconds: 2 }));
  assert.equal(await stacks.status("held"), "UPDATE_ROLLBACK_COMPLETE");
  assert.ok((await stacks.events("held")).includes("Jobs UPDATE_FAILED Action denied by stack policy"));
  await stacks.update("held", of({ QueueName: "replaced" }));
  assert.equal(await stacks.status("held"), "UPDATE_COMPLETE");
  await stacks.call("SetStackPolicy", { StackName: "held", StackPolicyBody: policy("Update:Replace") });
  await stacks.update("held", of({ QueueName: "again" }));
  assert.equal(await stacks.status("held"), "UPDATE_ROLLBACK_COMPLETE");
  await stacks.update("held", of({ QueueName: "again" }), {
    StackPolicyDuringUpdateBody: policy("Update:Delete"),
  });
  assert.equal(await stacks.status("held"), "UPDATE_COMPLETE");
  await stacks.call("SetStackPolicy", { StackName: "held", StackPolicyBody: policy("Update:Delete") });
  await stacks.update("held", { Resources: { Other: queue() } });
  assert.equal(
    await stacks.status("held"),
    "UPDATE_ROLLBACK_COMPLETE",
    (await stacks.events("held")).join("\n"),
  );
  assert.match(await stacks.physical("held", "Jobs"), /\/again$/);
  await assert.rejects(stacks.call("SetStackPolicy", { StackName: "held", StackPolicyBody: "{" }), {
    name: "ValidationError",
    message: "Error validating stack policy: Invalid stack policy",
  });
  await stacks.call("SetStackPolicy", { StackName: "held", StackPolicyBody: "{}" });
  assert.equal((await stacks.call("GetStackPolicy", { StackName: "held" }))["StackPolicyBody"], "{}");
});

test("termination protection keeps a stack from being deleted", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("safe", { Resources: { Jobs: queue() } }, { EnableTerminationProtection: true });
  await assert.rejects(stacks.call("DeleteStack", { StackName: "safe" }), {
    message: "Stack [safe] cannot be deleted while TerminationProtection is enabled",
  });
  await stacks.call("UpdateTerminationProtection", { StackName: "safe", EnableTerminationProtection: false });
  await stacks.call("DeleteStack", { StackName: "safe" });
  await assert.rejects(stacks.status("safe"), { message: "Stack with id safe does not exist" });
});

test("what has been made of a resource whose creation breaks off goes, whatever was to be done, and when it is made again", async () => {
  using stacks = sdkStacks(cloud);
  const trusted = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  };
  /** Its inline policies are put when it is there; IAM takes no document without a version or a statement. */
  const role = (isWhole: boolean, more: object = {}) => ({
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: trusted,
      ...(isWhole ? {} : { Policies: [{ PolicyName: "broken", PolicyDocument: { Statement: "none" } }] }),
      ...more,
    },
  });
  const names = async () =>
    (await stacks.of<{ Roles: { RoleName: string }[] }>("iam", "ListRoles", {})).Roles.map(
      ({ RoleName }) => RoleName,
    );

  const may = { Capabilities: ["CAPABILITY_IAM"] };
  await stacks.create("kept", { Resources: { Worker: role(false) } }, { ...may, OnFailure: "DO_NOTHING" });
  assert.deepEqual([await stacks.status("kept"), (await names()).length], ["CREATE_FAILED", 1]);
  await stacks.update("kept", { Resources: { Worker: role(true) } }, may);
  assert.equal(await stacks.status("kept"), "UPDATE_COMPLETE");
  const worker = await stacks.physical("kept", "Worker");
  assert.deepEqual(await names(), [worker]);

  await stacks.update("kept", { Resources: { Worker: role(true), Other: role(false) } }, may);
  assert.equal(await stacks.status("kept"), "UPDATE_ROLLBACK_COMPLETE");
  assert.deepEqual(await names(), [worker]);

  // Another path is another role.
  await stacks.update("kept", { Resources: { Worker: role(false, { Path: "/other/" }) } }, may);
  assert.equal(await stacks.status("kept"), "UPDATE_ROLLBACK_COMPLETE");
  assert.deepEqual(await names(), [worker]);
});

test("a resource keeps its type, and one that has a name of its own cannot be replaced under it", async () => {
  using stacks = sdkStacks(cloud);
  const table = (key: string) => ({
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: "named",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
      KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
    },
  });
  await stacks.create("kept", { Resources: { Table: table("id"), Jobs: { Type: "AWS::SQS::Queue" } } });
  const otherType = { Resources: { Table: table("id"), Jobs: { Type: "AWS::SNS::Topic" } } };
  const message =
    "Update of resource type is not permitted. The new template modifies resource type of the following resources: [Jobs]";
  await assert.rejects(stacks.update("kept", otherType), { message });
  const asked = { StackName: "kept", ChangeSetName: "other" };
  await stacks.call("CreateChangeSet", { ...asked, TemplateBody: JSON.stringify(otherType) });
  const { Status, StatusReason } = await stacks.call("DescribeChangeSet", asked);
  assert.deepEqual([Status, StatusReason], ["FAILED", message]);
  await stacks.update("kept", { Resources: { Table: table("number"), Jobs: { Type: "AWS::SQS::Queue" } } });
  assert.equal(await stacks.status("kept"), "UPDATE_ROLLBACK_COMPLETE");
  assert.ok(
    (await stacks.events("kept")).includes(
      "Table UPDATE_FAILED CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename named and update the stack again.",
    ),
  );
});
