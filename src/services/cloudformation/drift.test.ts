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

const TEMPLATE = {
  Resources: {
    Jobs: {
      Type: "AWS::SQS::Queue",
      Properties: {
        VisibilityTimeout: 5,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 3 },
        Tags: [{ Key: "a", Value: "1" }],
      },
    },
    Dead: { Type: "AWS::SQS::Queue" },
    News: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "news" } },
    Bucket: {
      Type: "AWS::S3::Bucket",
      Properties: {
        VersioningConfiguration: { Status: "Enabled" },
        CorsConfiguration: { CorsRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"], MaxAge: 60 }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      },
    },
    Value: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: "one" } },
    Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" },
  },
};

test("a stack that nobody has touched is in sync; what has been changed or deleted is said by the property", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("shop", TEMPLATE);
  const detect = async () => {
    const { StackDriftDetectionId } = await stacks.call("DetectStackDrift", { StackName: "shop" });
    const status = await stacks.call("DescribeStackDriftDetectionStatus", { StackDriftDetectionId });
    const { StackResourceDrifts } = await stacks.call("DescribeStackResourceDrifts", { StackName: "shop" });
    const drifts = (StackResourceDrifts as Record<string, never>[]).map((one) => [
      one["LogicalResourceId"],
      one["StackResourceDriftStatus"],
      one["PropertyDifferences"],
    ]);
    assert.equal(status["DetectionStatus"], "DETECTION_COMPLETE");
    return { status: status["StackDriftStatus"], count: status["DriftedStackResourceCount"], drifts };
  };
  const untouched = await detect();
  assert.deepEqual(
    untouched.drifts.filter(([, status]) => status !== "IN_SYNC"),
    [["Handle", "NOT_CHECKED", undefined]],
  );
  assert.deepEqual([untouched.status, untouched.count], ["IN_SYNC", 0]);

  await stacks.of("sqs", "SetQueueAttributes", {
    QueueUrl: await stacks.physical("shop", "Jobs"),
    Attributes: { VisibilityTimeout: "9" },
  });
  await stacks.of("s3", "PutBucketVersioning", {
    Bucket: await stacks.physical("shop", "Bucket"),
    VersioningConfiguration: { Status: "Suspended" },
  });
  await stacks.of("ssm", "DeleteParameter", { Name: await stacks.physical("shop", "Value") });
  const touched = await detect();
  assert.deepEqual([touched.status, touched.count], ["DRIFTED", 3]);
  assert.deepEqual(
    touched.drifts.filter(([, status]) => status === "MODIFIED" || status === "DELETED"),
    [
      [
        "Bucket",
        "MODIFIED",
        [
          {
            PropertyPath: "/VersioningConfiguration/Status",
            ExpectedValue: "Enabled",
            ActualValue: "Suspended",
            DifferenceType: "NOT_EQUAL",
          },
        ],
      ],
      [
        "Jobs",
        "MODIFIED",
        [
          {
            PropertyPath: "/VisibilityTimeout",
            ExpectedValue: "5",
            ActualValue: "9",
            DifferenceType: "NOT_EQUAL",
          },
        ],
      ],
      ["Value", "DELETED", undefined],
    ],
  );
  const { DriftInformation } = await stacks.described("shop");
  assert.equal((DriftInformation as Record<string, string>)["StackDriftStatus"], "DRIFTED");
  const { StackResourceDrift } = await stacks.call("DetectStackResourceDrift", {
    StackName: "shop",
    LogicalResourceId: "News",
  });
  assert.equal((StackResourceDrift as Record<string, string>)["StackResourceDriftStatus"], "IN_SYNC");
});

test("tags of zones and health checks are looked at as far as the template gives them, and shown where there is none", async () => {
  using stacks = sdkStacks(cloud);
  const tags = [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ];
  const check = { Type: "HTTP", IPAddress: "127.0.0.1", Port: 8080, Disabled: true };
  const types = {
    Zone: { Type: "AWS::Route53::HostedZone", Properties: { Name: "example.com", HostedZoneTags: tags } },
    Check: {
      Type: "AWS::Route53::HealthCheck",
      Properties: { HealthCheckConfig: check, HealthCheckTags: tags },
    },
  };
  const drift = async (LogicalResourceId: string) => {
    const asked = { StackName: "tagged", LogicalResourceId };
    const { StackResourceDrift } = await stacks.call("DetectStackResourceDrift", asked);
    const { StackResourceDriftStatus: status, PropertyDifferences: differences } =
      StackResourceDrift as Record<string, unknown>;
    return [status, differences];
  };
  // The stack's own tags are not the resources'.
  await stacks.create("tagged", { Resources: types }, { Tags: [{ Key: "team", Value: "x" }] });
  for (const [id, ResourceType, property] of [
    ["Zone", "hostedzone", "HostedZoneTags"],
    ["Check", "healthcheck", "HealthCheckTags"],
  ] as const) {
    assert.deepEqual(await drift(id), ["IN_SYNC", []], id);
    const where = { ResourceType, ResourceId: await stacks.physical("tagged", id) };
    const change = (to: object) => stacks.of("route53", "ChangeTagsForResource", { ...where, ...to });
    await change({ AddTags: [{ Key: "a", Value: "9" }], RemoveTagKeys: ["b"] });
    assert.deepEqual(
      await drift(id),
      [
        "MODIFIED",
        [
          {
            PropertyPath: `/${property}/0/Value`,
            ExpectedValue: "1",
            ActualValue: "9",
            DifferenceType: "NOT_EQUAL",
          },
          {
            PropertyPath: `/${property}/1`,
            ExpectedValue: '{"Key":"b","Value":"2"}',
            ActualValue: "null",
            DifferenceType: "REMOVE",
          },
        ],
      ],
      id,
    );
    await change({ AddTags: tags });
    assert.deepEqual(await drift(id), ["IN_SYNC", []], id);
    const asked = { TypeName: types[id].Type, Identifier: where.ResourceId };
    const { ResourceDescription } = await stacks.of("cloudcontrol", "GetResource", asked);
    const shown = JSON.parse((ResourceDescription as { Properties: string }).Properties);
    assert.ok(shown[property].some(({ Key, Value }: (typeof tags)[0]) => Key === "team" && Value === "x"));
  }
});

test("a detection that nobody began, and a resource that is not there, are refused", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("small", { Resources: { Jobs: { Type: "AWS::SQS::Queue" } } });
  await assert.rejects(stacks.call("DescribeStackDriftDetectionStatus", { StackDriftDetectionId: "x" }), {
    name: "ValidationError",
    message: "DriftDetectionId x does not exist",
  });
  await assert.rejects(
    stacks.call("DetectStackDrift", { StackName: "small", LogicalResourceIds: ["Nothing"] }),
    { message: "Resource Nothing does not exist for stack small" },
  );
});

test("a change set that reverts drift brings back what others have changed, and nothing else", async () => {
  using stacks = sdkStacks(cloud);
  const template = {
    Resources: {
      Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 5, DelaySeconds: 2 } },
      News: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "news" } },
    },
  };
  await stacks.create("back", template);
  const QueueUrl = await stacks.physical("back", "Jobs");
  await stacks.of("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { VisibilityTimeout: "9" } });
  const asked = { StackName: "back", ChangeSetName: "plain" };
  const TemplateBody = JSON.stringify(template);
  await stacks.call("CreateChangeSet", { ...asked, TemplateBody });
  assert.equal((await stacks.call("DescribeChangeSet", asked))["Status"], "FAILED");

  const reverting = { ...asked, ChangeSetName: "reverts" };
  await stacks.call("CreateChangeSet", { ...reverting, TemplateBody, DeploymentMode: "REVERT_DRIFT" });
  const { Changes, DeploymentMode } = await stacks.call("DescribeChangeSet", reverting);
  const changes = Changes as {
    ResourceChange: { LogicalResourceId: string; Details: { Target: object }[] };
  }[];
  assert.equal(DeploymentMode, "REVERT_DRIFT");
  assert.deepEqual(
    changes.map(({ ResourceChange }) => ResourceChange.LogicalResourceId),
    ["Jobs"],
  );
  await stacks.call("ExecuteChangeSet", reverting);
  assert.equal(await stacks.status("back"), "UPDATE_COMPLETE", (await stacks.events("back")).join("\n"));
  const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl,
      AttributeNames: ["All"],
    },
  );
  assert.deepEqual([Attributes["VisibilityTimeout"], Attributes["DelaySeconds"]], ["5", "2"]);
  assert.ok(!(await stacks.events("back")).some((event) => /^News UPDATE/.test(event)));
});

test("a change set that reverts drift makes what somebody has deleted again, and what names it follows", async () => {
  using stacks = sdkStacks(cloud);
  const template = {
    Resources: {
      Jobs: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: 2 } },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: { Type: "String", Value: { "Fn::GetAtt": ["Jobs", "Arn"] } },
      },
      Kept: { Type: "AWS::SQS::Queue" },
    },
    Outputs: { Where: { Value: { Ref: "Where" } }, Jobs: { Value: { Ref: "Jobs" } } },
  };
  await stacks.create("gone", template);
  const { Jobs: QueueUrl, Where: Name } = await stacks.outputs("gone");
  const kept = await stacks.physical("gone", "Kept");
  await stacks.of("sqs", "DeleteQueue", { QueueUrl });

  const asked = { StackName: "gone", ChangeSetName: "reverts" };
  const TemplateBody = JSON.stringify(template);
  await stacks.call("CreateChangeSet", { ...asked, TemplateBody, DeploymentMode: "REVERT_DRIFT" });
  const { Changes } = await stacks.call("DescribeChangeSet", asked);
  assert.deepEqual(
    (Changes as { ResourceChange: Record<string, string> }[]).map(({ ResourceChange: one }) => [
      one["LogicalResourceId"],
      one["Action"],
      one["ResourceDriftStatus"],
    ]),
    [
      ["Jobs", "Add", "DELETED"],
      ["Where", "Modify", "IN_SYNC"],
    ],
  );
  await stacks.call("ExecuteChangeSet", asked);
  assert.equal(await stacks.status("gone"), "UPDATE_COMPLETE", (await stacks.events("gone")).join("\n"));
  const now = await stacks.outputs("gone");
  assert.notEqual(now["Jobs"], QueueUrl);
  const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl: now["Jobs"],
      AttributeNames: ["All"],
    },
  );
  assert.equal(Attributes["DelaySeconds"], "2");
  const { Parameter } = await stacks.of<{ Parameter: { Value: string } }>("ssm", "GetParameter", { Name });
  assert.equal(Parameter.Value, Attributes["QueueArn"]);
  assert.equal(await stacks.physical("gone", "Kept"), kept);
});

test("what could not be made again is gone still after the rollback, and the next update makes it", async () => {
  using stacks = sdkStacks(cloud);
  const template = (Value: string) => ({
    Resources: {
      Jobs: { Type: "AWS::SQS::Queue" },
      Last: { Type: "AWS::SSM::Parameter", DependsOn: "Jobs", Properties: { Type: "String", Value } },
    },
  });
  await stacks.create("gone-still", template("a"));
  const QueueUrl = await stacks.physical("gone-still", "Jobs");
  await stacks.of("sqs", "DeleteQueue", { QueueUrl });
  const asked = { StackName: "gone-still", ChangeSetName: "reverts" };
  const TemplateBody = JSON.stringify(template(""));
  await stacks.call("CreateChangeSet", { ...asked, TemplateBody, DeploymentMode: "REVERT_DRIFT" });
  await stacks.call("ExecuteChangeSet", asked);
  assert.equal(await stacks.status("gone-still"), "UPDATE_ROLLBACK_COMPLETE");
  assert.deepEqual(await stacks.of("sqs", "ListQueues", {}), {});
  await stacks.update("gone-still", template("b"));
  assert.equal(await stacks.status("gone-still"), "UPDATE_COMPLETE");
  assert.notEqual(await stacks.physical("gone-still", "Jobs"), QueueUrl);
});
