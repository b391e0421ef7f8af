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

const QUEUE = { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 7 } };

test("AWS::Include puts a snippet of a bucket in its place, at the top and within a resource", async () => {
  using stacks = sdkStacks(cloud);
  const Bucket = `snippets-${stacks.account}`;
  await stacks.of("s3", "CreateBucket", { Bucket });
  const put = (Key: string, Body: string) =>
    stacks.of("s3", "PutObject", { Bucket, Key, Body: Buffer.from(Body) });
  await put(
    "resources.yaml",
    "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: { DelaySeconds: !Ref Delay }\n",
  );
  await put("properties.json", JSON.stringify({ VisibilityTimeout: 9 }));
  const include = (key: string) => ({
    Name: "AWS::Include",
    Parameters: { Location: { "Fn::Sub": `s3://${Bucket}/${key}` } },
  });
  await stacks.create(
    "whole",
    {
      Parameters: { Delay: { Type: "Number", Default: 3 } },
      Transform: include("resources.yaml"),
    },
    { Capabilities: ["CAPABILITY_AUTO_EXPAND"] },
  );
  assert.equal(await stacks.status("whole"), "CREATE_COMPLETE");
  await stacks.create(
    "part",
    {
      Resources: {
        Jobs: { Type: "AWS::SQS::Queue", Properties: { "Fn::Transform": include("properties.json") } },
      },
    },
    { Capabilities: ["CAPABILITY_AUTO_EXPAND"] },
  );
  const attribute = async (stack: string, name: string) => {
    const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
      "sqs",
      "GetQueueAttributes",
      {
        QueueUrl: await stacks.physical(stack, "Jobs"),
        AttributeNames: [name],
      },
    );
    return Attributes[name];
  };
  assert.equal(await attribute("whole", "DelaySeconds"), "3");
  assert.equal(await attribute("part", "VisibilityTimeout"), "9");
  const { TemplateBody } = await stacks.call("GetTemplate", {
    StackName: "part",
    TemplateStage: "Processed",
  });
  assert.deepEqual(JSON.parse(String(TemplateBody)).Resources.Jobs.Properties, { VisibilityTimeout: 9 });
});

test("of a template with language extensions what its text tells is written out", async () => {
  using stacks = sdkStacks(cloud);
  const parameter = (Value: unknown) => ({
    Type: "AWS::SSM::Parameter",
    Properties: { Type: "String", Value },
  });
  await stacks.create("written", {
    Transform: "AWS::LanguageExtensions",
    Parameters: { Names: { Type: "CommaDelimitedList", Default: "a,b" } },
    Resources: {
      "Fn::ForEach::Each": [
        "Name",
        { Ref: "Names" },
        { "P${Name}": parameter({ "Fn::Join": [".", [{ Ref: "Name" }, { "Fn::Sub": "of ${Name}" }]] }) },
      ],
      Object: parameter({ "Fn::ToJsonString": { list: ["x", 1], length: { "Fn::Length": ["x", "y"] } } }),
      Asked: parameter({ "Fn::ToJsonString": { name: { Ref: "Pa" } } }),
      Late: parameter({ "Fn::Join": ["-", ["late", { "Fn::GetAtt": ["Pa", "Value"] }]] }),
    },
  });
  const { TemplateBody } = await stacks.call("GetTemplate", {
    StackName: "written",
    TemplateStage: "Processed",
  });
  const { Resources } = JSON.parse(String(TemplateBody)) as {
    Resources: Record<string, { Properties: { Value: unknown } }>;
  };
  assert.deepEqual(
    Object.fromEntries(Object.entries(Resources).map(([name, { Properties }]) => [name, Properties.Value])),
    {
      Pa: "a.of a",
      Pb: "b.of b",
      Object: '{"list":["x",1],"length":2}',
      Asked: { "Fn::ToJsonString": { name: { Ref: "Pa" } } },
      Late: { "Fn::Join": ["-", ["late", { "Fn::GetAtt": ["Pa", "Value"] }]] },
    },
  );
});

test("a snippet that is not there fails the stack, in CloudFormation's words", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create(
    "none",
    {
      Transform: { Name: "AWS::Include", Parameters: { Location: "s3://no-such-bucket-at-all/x.yaml" } },
      Resources: { Jobs: QUEUE },
    },
    { Capabilities: ["CAPABILITY_AUTO_EXPAND"] },
  );
  assert.equal(await stacks.status("none"), "ROLLBACK_COMPLETE");
  assert.ok(
    (await stacks.events("none")).includes(
      "none ROLLBACK_IN_PROGRESS Transform AWS::Include failed with: S3 bucket [no-such-bucket-at-all] does not exist.. Rollback requested by user.",
    ),
    (await stacks.events("none")).join("\n"),
  );
});

const MACRO = `
exports.handler = async ({ requestId, fragment, params, templateParameterValues }) => {
  if (params.Upper) return { requestId, status: "success", fragment: params.List ? [params.Upper.toUpperCase()] : params.Upper.toUpperCase() };
  if (params.Fail) return { requestId, status: "failure", errorMessage: params.Fail };
  for (const one of Object.values(fragment.Resources ?? {})) one.Properties = { ...one.Properties, DelaySeconds: templateParameterValues.Delay };
  return { requestId, status: "success", fragment: fragment.Resources ? fragment : { ...fragment, VisibilityTimeout: Number(params.Timeout) } };
};`;

const MACROS = {
  Resources: {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        },
      },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: MACRO },
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
      },
    },
    Macro: {
      Type: "AWS::CloudFormation::Macro",
      Properties: { Name: "Delayed", FunctionName: { "Fn::GetAtt": ["Function", "Arn"] } },
    },
  },
};

test("a macro's function transforms a whole template or a part of it, or fails it", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("macros", MACROS, { Capabilities: ["CAPABILITY_IAM"] });
  const Capabilities = ["CAPABILITY_AUTO_EXPAND"];
  const whole = {
    Transform: "Delayed",
    Parameters: { Delay: { Type: "Number", Default: 4 } },
    Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 7 } } },
  };
  await assert.rejects(stacks.create("whole", whole), {
    name: "InsufficientCapabilitiesException",
    message: "Requires capabilities : [CAPABILITY_AUTO_EXPAND]",
  });
  await stacks.create("whole", whole, { Capabilities });
  const part = {
    Resources: {
      Jobs: {
        Type: "AWS::SQS::Queue",
        Properties: { "Fn::Transform": { Name: "Delayed", Parameters: { Timeout: 11 } } },
      },
    },
  };
  await stacks.create("part", part, { Capabilities });
  const attributes = async (stack: string) => {
    const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
      "sqs",
      "GetQueueAttributes",
      {
        QueueUrl: await stacks.physical(stack, "Jobs"),
        AttributeNames: ["DelaySeconds", "VisibilityTimeout"],
      },
    );
    return Attributes;
  };
  assert.deepEqual(await attributes("whole"), { DelaySeconds: "4", VisibilityTimeout: "7" });
  assert.deepEqual(await attributes("part"), { DelaySeconds: "0", VisibilityTimeout: "11" });

  const upper = (more: object = {}) => ({
    "Fn::Transform": { Name: "Delayed", Parameters: { Upper: { Ref: "AWS::Region" }, ...more } },
  });
  await stacks.create(
    "values",
    {
      Resources: { Jobs: QUEUE },
      Outputs: { Text: { Value: upper() }, List: { Value: { "Fn::Select": [0, upper({ List: "yes" })] } } },
    },
    { Capabilities },
  );
  assert.deepEqual(await stacks.outputs("values"), { Text: "US-EAST-1", List: "US-EAST-1" });

  const failing = structuredClone(part);
  failing.Resources.Jobs.Properties["Fn::Transform"].Parameters = { Fail: "not today" } as never;
  await stacks.create("failing", failing, { Capabilities });
  assert.ok(
    (await stacks.events("failing")).some((event) =>
      event.includes(`Transform ${stacks.account}::Delayed failed with: not today.`),
    ),
  );
  await stacks.create("unknown", { Transform: "Nobody", Resources: { Jobs: QUEUE } }, { Capabilities });
  assert.ok(
    (await stacks.events("unknown")).some((event) =>
      event.includes(`No transform named ${stacks.account}::Nobody found.`),
    ),
  );
});
