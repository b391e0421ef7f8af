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
