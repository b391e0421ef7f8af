import { retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { fromS3 } from "../mapping/s3-object.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("stepfunctions");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
export default defineType({
  type: "AWS::StepFunctions::StateMachine",
  replacedBy: ["StateMachineName", "StateMachineType"],
  required: ["RoleArn"],
  isTagged: true,
  async create(properties, at) {
    const name = properties["StateMachineName"] ?? at.name(80);
    const made = await call(at, "CreateStateMachine", {
      ...withTags(properties, at),
      name,
      type: properties["StateMachineType"],
      definition: await definitionOf(properties, at),
    });
    const id = String(made["stateMachineArn"]);
    at.made({ id });
    return { id, attributes: await attributesOf(id, at) };
  },
  attributes: (id, _properties, at) => attributesOf(id, at),
  async update({ id, properties: before }, properties, at) {
    await call(at, "UpdateStateMachine", {
      ...properties,
      stateMachineArn: id,
      definition: await definitionOf(properties, at),
    });
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { resourceArn: id, tagKeys: TagKeys }),
      tag: (tags) => call(at, "TagResource", { resourceArn: id, tags }),
    });
    return { id, attributes: await attributesOf(id, at) };
  },
  async delete({ id }, at) {
    await gone(call(at, "DeleteStateMachine", { stateMachineArn: id }));
    // It is there until its executions have ended.
    await at.until(async () => (await describe(id, at)) === undefined);
  },
  async read({ id, properties }, at) {
    const machine = await describe(id, at);
    return shown(
      properties,
      machine && { ...machine, StateMachineName: machine["name"], StateMachineType: machine["type"] },
    );
  },
});

function describe(id: string, at: ResourceContext): Promise<Properties | undefined> {
  return found(call(at, "DescribeStateMachine", { stateMachineArn: id }));
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const machine = await call(at, "DescribeStateMachine", { stateMachineArn: id });
  // A machine that has not been changed has no revision yet.
  return { Arn: id, Name: machine["name"], StateMachineRevisionId: machine["revisionId"] ?? "INITIAL" };
}

/** The definition, from wherever it is, with what is substituted in it. */
async function definitionOf(properties: Properties, at: ResourceContext): Promise<string> {
  const { Definition, DefinitionString, DefinitionS3Location, DefinitionSubstitutions } = properties;
  const text =
    DefinitionString !== undefined
      ? String(DefinitionString)
      : Definition !== undefined
        ? JSON.stringify(Definition)
        : await fromS3(DefinitionS3Location as Properties, at);
  const substitutions = (DefinitionSubstitutions ?? {}) as Properties;
  return text.replace(/\$\{([a-zA-Z0-9_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(substitutions, name) ? escaped(String(substitutions[name])) : whole,
  );
}

/** What is substituted stands within a text of JSON. */
function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
