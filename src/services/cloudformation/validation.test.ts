import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { stacksOf } from "./fixture.test.ts";

const queue = (Properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties });

const REFUSED: readonly (readonly [template: object, message: string])[] = [
  [{}, "Template format error: At least one Resources member must be defined."],
  [{ Resources: { A: "x" } }, "Template format error: Any Resources member must be an object."],
  [
    { Resources: { A: {} } },
    "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
  ],
  [{ Resources: { A: { ...queue(), Wrong: 1 } } }, "Invalid template resource property 'Wrong'"],
  [{ Resources: { "A-B": queue() } }, "Template format error: Resource name A-B is non alphanumeric."],
  [
    { Resources: { A: queue({ QueueName: { Ref: "B" } }) } },
    "Template format error: Unresolved resource dependencies [B] in the Resources block of the template",
  ],
  [
    { Resources: { A: queue({ QueueName: { "Fn::GetAtt": ["B", "C"] } }) } },
    "Template error: instance of Fn::GetAtt references undefined resource B",
  ],
  [
    { Resources: { A: queue({ QueueName: { "Fn::If": ["None", 1, 2] } }) } },
    "Template error: unresolved condition dependency None in Fn::If",
  ],
  [
    { Resources: { A: { ...queue(), DependsOn: "B" }, B: { ...queue(), DependsOn: "A" } } },
    "Circular dependency between resources: [A, B]",
  ],
  [{ Parameters: { P: { Type: "String" } }, Resources: { A: queue() } }, "Parameters: [P] must have values"],
  [
    { Parameters: { P: { Type: "String", Defualt: "x" } }, Resources: { A: queue() } },
    "Invalid template parameter property 'Defualt'",
  ],
  [
    { Parameters: { P: { Type: "String", Default: "x", MinLength: 3 } }, Resources: { A: queue() } },
    "Parameter 'P' must contain at least 3 characters",
  ],
  [
    {
      Parameters: {
        P: { Type: "String", Default: "x", AllowedPattern: "[0-9]+", ConstraintDescription: "digits only" },
      },
      Resources: { A: queue() },
    },
    "Parameter 'P' failed to satisfy constraint: digits only",
  ],
  [
    { Resources: { A: queue() }, Outputs: { O: { Value: null } } },
    "[/Outputs/O/Value] 'null' values are not allowed in templates",
  ],
  [
    { Resources: { A: queue() }, Mappings: { M: "x" } },
    "Template format error: Every Mappings member M must be a map",
  ],
  [
    {
      Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
      Resources: { A: queue(), B: { ...queue(), Condition: "Never" } },
      Outputs: { O: { Value: { Ref: "B" } } },
    },
    "Unresolved resource dependencies [B] in the Outputs block of the template",
  ],
  [
    { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`A${n}`, queue()])) },
    "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
  ],
];

test("what is wrong with a template is said in CloudFormation's words, before anything is made", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  for (const [template, message] of REFUSED)
    await assert.rejects(stacks.create("wrong", template), { code: "ValidationError", message });
  assert.deepEqual(await stacks.call("DescribeStacks", {}), { Stacks: [] });
});

test("resources of IAM want a capability, named ones another", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const template = {
    Resources: {
      Role: { Type: "AWS::IAM::Role", Properties: { RoleName: "r", AssumeRolePolicyDocument: {} } },
    },
  };
  await assert.rejects(stacks.create("iam", template, { Capabilities: ["CAPABILITY_IAM"] }), {
    code: "InsufficientCapabilitiesException",
    message: "Requires capabilities : [CAPABILITY_NAMED_IAM]",
  });
});

test("loops of the language extensions are written out", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("loops", {
    Transform: "AWS::LanguageExtensions",
    Parameters: { Names: { Type: "CommaDelimitedList", Default: "Red,Blue" } },
    Resources: {
      "Fn::ForEach::Queues": [
        "Name",
        { Ref: "Names" },
        {
          "Queue${Name}": { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::Sub": "q-${Name}" } } },
        },
      ],
    },
    Outputs: { Count: { Value: { "Fn::Length": { Ref: "Names" } } } },
  });
  assert.deepEqual(await stacks.outputs("loops"), { Count: "2" });
  assert.match(await stacks.physical("loops", "QueueBlue"), /q-Blue$/);
});
