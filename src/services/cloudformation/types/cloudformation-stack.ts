import { AwsError } from "../../../core/aws-error.ts";
import { nestedToken } from "../nested.ts";
import { nestedInput } from "../nested-input.ts";
import { defineType, type Made, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

interface Described {
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Outputs?: readonly { OutputKey: string; OutputValue: string }[];
}

const inputOf = (properties: Values, at: ResourceContext) => nestedInput(properties, at.stackTags);

/** Carries out the change set of a nested stack, as only the stack around it may. */
async function execute(ChangeSetName: string, at: ResourceContext): Promise<void> {
  const ClientRequestToken = nestedToken(at.stackId);
  await at.call("cloudformation", "ExecuteChangeSet", { ChangeSetName, ClientRequestToken });
}

/** Waits until a nested stack is at rest. @throws Error when that is not where it was to get */
async function rested(id: string, at: ResourceContext): Promise<Made> {
  let stack: Described | undefined;
  await at.until(async () => {
    const { Stacks } = await at.call<{ Stacks: Described[] }>("cloudformation", "DescribeStacks", {
      StackName: id,
    });
    stack = Stacks[0];
    return !stack?.StackStatus.endsWith("_IN_PROGRESS");
  });
  const { StackStatus = "", Outputs = [] } = stack ?? {};
  if (/ROLLBACK|FAILED/.test(StackStatus))
    throw new Error(
      `Embedded stack ${id} was not successfully ${StackStatus.startsWith("UPDATE") ? "updated" : "created"}: ${await whyFailed(id, at)}`,
    );
  return {
    id,
    attributes: {
      Outputs: Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
    },
  };
}

async function whyFailed(id: string, at: ResourceContext): Promise<string> {
  const { StackEvents } = await at.call<{
    StackEvents: { ResourceStatus: string; ResourceStatusReason?: string }[];
  }>("cloudformation", "DescribeStackEvents", { StackName: id });
  const said = StackEvents.find(({ ResourceStatus }) =>
    /^(?:UPDATE_)?ROLLBACK_IN_PROGRESS$/.test(ResourceStatus),
  );
  return (said?.ResourceStatusReason ?? "").replace(/ ?Rollback requested by user\.$/, "");
}

/** A nested stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html */
export default defineType({
  type: "AWS::CloudFormation::Stack",
  replacedBy: [],
  required: ["TemplateURL"],
  isTagged: true,
  async create(properties, at) {
    const { nestedChangeSet } = at.engine;
    if (nestedChangeSet !== undefined) {
      const { StackId: id } = await at.call<{ StackId: string }>("cloudformation", "DescribeChangeSet", {
        ChangeSetName: nestedChangeSet,
      });
      at.made({ id });
      await execute(nestedChangeSet, at);
      return rested(id, at);
    }
    const { StackId } = await at.call<{ StackId: string }>("cloudformation", "CreateStack", {
      StackName: at.name(128),
      ...inputOf(properties, at),
      ClientRequestToken: nestedToken(at.stackId),
      DisableRollback: false,
    });
    at.made({ id: StackId });
    return rested(StackId, at);
  },
  async update({ id, attributes }, properties, at) {
    if (at.engine.nestedChangeSet !== undefined) {
      await execute(at.engine.nestedChangeSet, at);
      return rested(id, at);
    }
    const { TimeoutInMinutes: _, ...input } = inputOf(properties, at);
    try {
      await at.call("cloudformation", "UpdateStack", { StackName: id, ...input });
    } catch (error) {
      if (error instanceof AwsError && error.message === "No updates are to be performed.")
        return { id, attributes };
      throw error;
    }
    return rested(id, at);
  },
  async delete({ id }, at) {
    await at.call("cloudformation", "DeleteStack", { StackName: id });
    await at.until(async () => {
      const { Stacks } = await at.call<{ Stacks: Described[] }>("cloudformation", "DescribeStacks", {
        StackName: id,
      });
      return !Stacks[0]?.StackStatus.endsWith("_IN_PROGRESS");
    });
    const { Stacks } = await at.call<{ Stacks: Described[] }>("cloudformation", "DescribeStacks", {
      StackName: id,
    });
    if (Stacks[0]?.StackStatus !== "DELETE_COMPLETE")
      throw new Error(
        `Embedded stack ${id} was not successfully deleted: ${Stacks[0]?.StackStatusReason ?? ""}`,
      );
  },
});
