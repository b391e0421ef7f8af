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

const parameter = (Value: string) => ({ Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value } });

test("dynamic references stand for what Systems Manager and Secrets Manager keep", async () => {
  using stacks = sdkStacks(cloud);
  const put = (Name: string, Type: string, Value: string) =>
    stacks.of("ssm", "PutParameter", { Name, Type, Value, Overwrite: true });
  await put("plain", "String", "one");
  await put("plain", "String", "two");
  await put("hidden", "SecureString", "psst");
  const { ARN } = await stacks.of<{ ARN: string }>("secretsmanager", "CreateSecret", {
    Name: "db",
    SecretString: JSON.stringify({ user: "admin", password: "p4ss" }),
  });
  await stacks.create("refs", {
    Resources: {
      Newest: parameter("{{resolve:ssm:plain}}"),
      First: parameter("v{{resolve:ssm:plain:1}}"),
      Both: parameter(
        "{{resolve:secretsmanager:db:SecretString:user}}/{{resolve:secretsmanager:db:SecretString:password::}}",
      ),
      ByArn: parameter(`{{resolve:secretsmanager:${ARN}:SecretString:user}}`),
      Secure: {
        Type: "AWS::SecretsManager::Secret",
        Properties: { SecretString: "{{resolve:ssm-secure:hidden:1}}" },
      },
    },
  });
  assert.equal(await stacks.status("refs"), "CREATE_COMPLETE", (await stacks.events("refs")).join("\n"));
  const kept = async (logicalId: string) => {
    const { Parameter } = await stacks.of<{ Parameter: { Value: string } }>("ssm", "GetParameter", {
      Name: await stacks.physical("refs", logicalId),
    });
    return Parameter.Value;
  };
  assert.equal(await kept("Newest"), "two");
  assert.equal(await kept("First"), "vone");
  assert.equal(await kept("Both"), "admin/p4ss");
  assert.equal(await kept("ByArn"), "admin");
  const { SecretString } = await stacks.of<{ SecretString: string }>("secretsmanager", "GetSecretValue", {
    SecretId: await stacks.physical("refs", "Secure"),
  });
  assert.equal(SecretString, "psst");
  // The stack keeps what was written, not what it stands for.
  const { TemplateBody } = await stacks.call("GetTemplate", { StackName: "refs" });
  assert.doesNotMatch(String(TemplateBody), /psst|p4ss/);
});

test("a dynamic reference to what is not there fails its resource", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("none", { Resources: { Lost: parameter("{{resolve:ssm:nowhere}}") } });
  assert.equal(await stacks.status("none"), "ROLLBACK_COMPLETE");
  assert.ok(
    (await stacks.events("none")).includes("Lost CREATE_FAILED Parameters: [ssm:nowhere] cannot be found."),
  );
});

test("a parameter of a type of Systems Manager's has the value that is kept there", async () => {
  using stacks = sdkStacks(cloud);
  const put = (Value: string) =>
    stacks.of("ssm", "PutParameter", { Name: "/size", Type: "String", Value, Overwrite: true });
  await put("5");
  const template = {
    Parameters: { Size: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/size" } },
    Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: { Ref: "Size" } } } },
  };
  await stacks.create("sized", template);
  const { Parameters } = await stacks.described("sized");
  assert.deepEqual(Parameters, [{ ParameterKey: "Size", ParameterValue: "/size", ResolvedValue: "5" }]);
  await put("6");
  await stacks.update("sized", template);
  const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl: await stacks.physical("sized", "Jobs"),
      AttributeNames: ["VisibilityTimeout"],
    },
  );
  assert.equal(Attributes["VisibilityTimeout"], "6");
});

test("rules hold the parameters against each other before anything is made", async () => {
  using stacks = sdkStacks(cloud);
  const template = {
    Parameters: {
      Stage: { Type: "String", AllowedValues: ["dev", "prod"] },
      Size: { Type: "String" },
      Zones: { Type: "CommaDelimitedList", Default: "a,b" },
    },
    Rules: {
      ProdIsLarge: {
        RuleCondition: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
        Assertions: [
          {
            Assert: { "Fn::Contains": [["large", "huge"], { Ref: "Size" }] },
            AssertDescription: "production is large",
          },
        ],
      },
      Known: { Assertions: [{ Assert: { "Fn::EachMemberIn": [{ Ref: "Zones" }, ["a", "b", "c"]] } }] },
    },
    Resources: { Jobs: { Type: "AWS::SQS::Queue" } },
  };
  const given = (values: Record<string, string>) => ({
    Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  });
  await assert.rejects(stacks.create("ruled", template, given({ Stage: "prod", Size: "small" })), {
    name: "ValidationError",
    message: "Template constraint validation failed: Rule ProdIsLarge failed: production is large",
  });
  await assert.rejects(
    stacks.create("ruled", template, given({ Stage: "dev", Size: "small", Zones: "a,x" })),
    {
      name: "ValidationError",
    },
  );
  await stacks.create("ruled", template, given({ Stage: "prod", Size: "huge" }));
  assert.equal(await stacks.status("ruled"), "CREATE_COMPLETE");
});
