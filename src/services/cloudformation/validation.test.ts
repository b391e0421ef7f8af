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
  [
    { Resources: { A: { Type: { Ref: "AWS::Region" } } } },
    "Template format error: [/Resources/A] Every Type member must be a string.",
  ],
  [
    { Resources: { A: { ...queue(), DeletionPolicy: "Snapshot" } } },
    "Template error: resource type AWS::SQS::Queue does not support deletion policy Snapshot",
  ],
  [
    { Resources: { A: queue() }, Outputs: { O: { Value: "x", Description: { Ref: "A" } } } },
    "Template format error: Every Description member must be a string.",
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

const JOIN =
  "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.";
const FIND =
  "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value";
const GET =
  "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute";
const ONE_GET =
  "Template error: if specifying one argument to Fn::GetAtt, that argument must be a non-empty string in format <LogicalId>.<Attribute>";
const SUB =
  "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string";
const IMPORT =
  "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs";
const EQUALS = "Template error: every Fn::Equals object requires a list of 2 string parameters.";

/** A function with an argument that no value can make right. */
const WRONG: readonly (readonly [written: object, message: string])[] = [
  [{ Ref: ["P"] }, "Template error: every Ref object must have a single String value."],
  [{ Ref: { Ref: "P" } }, "Template error: every Ref object must have a single String value."],
  [{ "Fn::Join": ["-"] }, JOIN],
  [{ "Fn::Join": ["-", "text"] }, JOIN],
  [{ "Fn::Join": [{ Ref: "P" }, ["a"]] }, JOIN],
  [{ "Fn::Join": "text" }, JOIN],
  [{ "Fn::FindInMap": ["Sizes", "small"] }, FIND],
  [{ "Fn::FindInMap": ["Sizes", ["small"], "memory"] }, FIND],
  [{ "Fn::FindInMap": ["Sizes", "small", "disk", { DefaultValue: 1 }] }, FIND],
  [
    { "Fn::FindInMap": ["Sises", "small", "memory"] },
    "Template error: Mapping named 'Sises' is not present in the 'Mappings' section of template.",
  ],
  [
    { "Fn::FindInMap": ["Sizes", "large", "memory"] },
    "Template error: Unable to get mapping for Sizes::large::memory",
  ],
  [
    { "Fn::FindInMap": ["Sizes", "small", "disk"] },
    "Template error: Unable to get mapping for Sizes::small::disk",
  ],
  [{ "Fn::GetAtt": ["B"] }, GET],
  [{ "Fn::GetAtt": ["B", ""] }, GET],
  [{ "Fn::GetAtt": ["B", "Endpoint", "Port"] }, GET],
  [{ "Fn::GetAtt": [{ Ref: "B" }, "Arn"] }, GET],
  [{ "Fn::GetAtt": "B" }, ONE_GET],
  [{ "Fn::Sub": ["text"] }, SUB],
  [{ "Fn::Sub": { Ref: "P" } }, SUB],
  [{ "Fn::Sub": ["text", "more"] }, SUB],
  [
    { "Fn::If": [] },
    "Template error: Fn::If requires a list argument with the first element being a condition",
  ],
  [{ "Fn::If": ["Never", 1] }, "Template error: Fn::If requires a list argument with three elements"],
  [{ "Fn::Base64": ["a"] }, "Template error: every Fn::Base64 object must have a String-typed value."],
  [{ "Fn::GetAZs": ["a"] }, "Template error: every Fn::GetAZs object must have a String-typed value."],
  [{ "Fn::ImportValue": { Ref: "B" } }, IMPORT],
  [{ "Fn::ImportValue": { "Fn::Sub": "${B.Arn}-x" } }, IMPORT],
  [{ "Fn::ImportValue": { "Fn::ImportValue": "x" } }, IMPORT],
];

test("a function with wrong arguments is refused by whoever reads its template, before anything is made", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  for (const [QueueName, message] of WRONG) {
    const template = {
      Parameters: { P: { Type: "String", Default: "p" } },
      Mappings: { Sizes: { small: { memory: 1 } } },
      Conditions: { Never: { "Fn::Equals": ["a", "b"] } },
      Resources: { A: queue({ QueueName }), B: queue() },
    };
    const TemplateBody = JSON.stringify(template);
    const refused = { code: "ValidationError", message };
    const said = `${JSON.stringify(QueueName)}: ${message}`;
    await assert.rejects(stacks.create("wrong", template), refused, said);
    await assert.rejects(stacks.call("ValidateTemplate", { TemplateBody }), refused, said);
    const changeSet = { StackName: "wrong", ChangeSetName: "one", ChangeSetType: "CREATE", TemplateBody };
    await assert.rejects(stacks.call("CreateChangeSet", changeSet), refused, said);
  }
  const conditions = { Conditions: { C: { "Fn::Equals": ["a"] } }, Resources: { A: queue() } };
  await assert.rejects(stacks.create("wrong", conditions), { code: "ValidationError", message: EQUALS });
  assert.deepEqual(await stacks.call("DescribeStacks", {}), { Stacks: [] });
});

test("a key of a mapping that a parameter chooses is looked up as soon as the parameter is known, where it counts", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const chosen = { "Fn::FindInMap": ["Sizes", { Ref: "Size" }, "name"] };
  const template = (resources: object) => ({
    Parameters: { Size: { Type: "String", Default: "large" } },
    Mappings: { Sizes: { small: { name: "chosen" } } },
    Conditions: { Small: { "Fn::Equals": [{ Ref: "Size" }, "small"] } },
    Resources: { A: queue(), ...resources },
  });
  const wrong = template({ B: queue({ QueueName: chosen }) });
  await stacks.call("ValidateTemplate", { TemplateBody: JSON.stringify(wrong) });
  await assert.rejects(stacks.create("wrong", wrong), {
    code: "ValidationError",
    message: "Template error: Unable to get mapping for Sizes::large::name",
  });
  await stacks.create(
    "right",
    template({
      B: { ...queue({ QueueName: chosen }), Condition: "Small" },
      C: queue({ QueueName: { "Fn::If": ["Small", chosen, "other"] } }),
    }),
  );
  assert.match(await stacks.physical("right", "C"), /other$/);
});

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
