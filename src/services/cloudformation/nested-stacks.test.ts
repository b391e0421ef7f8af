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

const INNER = {
  Parameters: { Timeout: { Type: "Number" } },
  Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: { Ref: "Timeout" } } } },
  Outputs: { Arn: { Value: { "Fn::GetAtt": ["Jobs", "Arn"] } } },
};

const outerOf = (TemplateURL: string, Timeout: unknown = 5) => ({
  Resources: {
    Inner: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL, Parameters: { Timeout } } },
    Where: {
      Type: "AWS::SSM::Parameter",
      Properties: { Type: "String", Value: { "Fn::GetAtt": ["Inner", "Outputs.Arn"] } },
    },
  },
  Outputs: { Arn: { Value: { "Fn::GetAtt": ["Inner", "Outputs.Arn"] } } },
});

/** Stacks, with a template of theirs in a bucket. */
async function withTemplates(templates: Record<string, object>) {
  const stacks = sdkStacks(cloud);
  const Bucket = `templates-${stacks.account}`;
  await stacks.of("s3", "CreateBucket", { Bucket });
  for (const [Key, template] of Object.entries(templates))
    await stacks.of("s3", "PutObject", { Bucket, Key, Body: Buffer.from(JSON.stringify(template)) });
  return { stacks, url: (key: string) => `https://${Bucket}.s3.amazonaws.com/${key}` };
}

test("a nested stack is made, changed and deleted with the one around it; its outputs are attributes", async () => {
  const { stacks, url } = await withTemplates({ "inner.json": INNER });
  using _client = stacks;
  await stacks.create("outer", outerOf(url("inner.json")));
  assert.equal(await stacks.status("outer"), "CREATE_COMPLETE", (await stacks.events("outer")).join("\n"));
  const inner = await stacks.physical("outer", "Inner");
  const { StackName, ParentId, RootId, Outputs } = await stacks.described(inner);
  assert.match(String(StackName), /^outer-Inner-[A-Za-z0-9]+$/);
  const { StackId } = await stacks.described("outer");
  assert.deepEqual([ParentId, RootId], [StackId, StackId]);
  assert.equal(
    (await stacks.outputs("outer"))["Arn"],
    (Outputs as { OutputValue: string }[])[0]?.OutputValue,
  );

  await stacks.update("outer", outerOf(url("inner.json"), 9));
  assert.equal(await stacks.status("outer"), "UPDATE_COMPLETE");
  assert.equal(await stacks.status(inner), "UPDATE_COMPLETE");
  const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl: await stacks.physical(inner, "Jobs"),
      AttributeNames: ["VisibilityTimeout"],
    },
  );
  assert.equal(Attributes["VisibilityTimeout"], "9");

  await stacks.call("DeleteStack", { StackName: "outer" });
  assert.equal(await stacks.status(inner), "DELETE_COMPLETE");
  assert.deepEqual(await stacks.of("sqs", "ListQueues", {}), {});
});

test("a nested stack that fails says why in its parent, and both are rolled back", async () => {
  const { stacks, url } = await withTemplates({ "inner.json": INNER });
  using _client = stacks;
  await stacks.create("outer", outerOf(url("inner.json"), -1));
  assert.equal(await stacks.status("outer"), "ROLLBACK_COMPLETE");
  const failed = (await stacks.events("outer")).find((event) => event.startsWith("Inner CREATE_FAILED"));
  assert.match(
    String(failed),
    /^Inner CREATE_FAILED Embedded stack arn:aws:cloudformation:\S+ was not successfully created: The following resource\(s\) failed to create: \[Jobs\]\.$/,
  );
});

test("an update that fails outside of a nested stack brings the nested stack back, too", async () => {
  const { stacks, url } = await withTemplates({ "inner.json": INNER });
  using _client = stacks;
  await stacks.create("outer", outerOf(url("inner.json")));
  const inner = await stacks.physical("outer", "Inner");
  const broken = outerOf(url("inner.json"), 9) as { Resources: Record<string, object> };
  broken.Resources["Bad"] = {
    Type: "AWS::SQS::Queue",
    DependsOn: "Inner",
    Properties: { VisibilityTimeout: -1 },
  };
  await stacks.update("outer", broken);
  assert.equal(await stacks.status("outer"), "UPDATE_ROLLBACK_COMPLETE");
  const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl: await stacks.physical(inner, "Jobs"),
      AttributeNames: ["VisibilityTimeout"],
    },
  );
  assert.equal(Attributes["VisibilityTimeout"], "5");
});

test("a template that nests itself ends: 50 levels down it is refused, and all is rolled back", async () => {
  const { stacks, url } = await withTemplates({});
  using _client = stacks;
  const TemplateURL = url("itself.json");
  const itself = {
    Resources: { Inner: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL } } },
  };
  const Bucket = `templates-${stacks.account}`;
  await stacks.of("s3", "PutObject", {
    Bucket,
    Key: "itself.json",
    Body: Buffer.from(JSON.stringify(itself)),
  });
  await stacks.create("outer", itself);
  assert.equal(await stacks.status("outer"), "ROLLBACK_COMPLETE");
  const { StackSummaries } = await stacks.of<{ StackSummaries: { StackStatus: string }[] }>(
    "cloudformation",
    "ListStacks",
    {},
  );
  assert.equal(StackSummaries.length, 51);
  assert.equal(StackSummaries.filter(({ StackStatus }) => StackStatus === "DELETE_COMPLETE").length, 50);
});

test("an account has 2,000 stacks in a region at the most", async () => {
  using stacks = sdkStacks(cloud);
  const begin = (n: number) =>
    stacks.call("CreateChangeSet", {
      StackName: `stack-${n}`,
      ChangeSetName: "first",
      ChangeSetType: "CREATE",
      TemplateBody: JSON.stringify({ Resources: { Jobs: { Type: "AWS::SQS::Queue" } } }),
    });
  for (let n = 0; n < 2000; n += 50)
    await Promise.all(Array.from({ length: 50 }, (_, more) => begin(n + more)));
  const refused = { name: "LimitExceededException", message: "Limit of 2000 stacks exceeded." };
  await assert.rejects(begin(2000), refused);
  await assert.rejects(
    stacks.create("another", { Resources: { Jobs: { Type: "AWS::SQS::Queue" } } }),
    refused,
  );
  await stacks.call("DeleteStack", { StackName: "stack-7" });
  await begin(2000);
});
