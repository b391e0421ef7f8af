import {
  CloudFormationClient,
  CreateStackCommand,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackSetCommand,
  DescribeStackSetOperationCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import type { Bed } from "../bed.ts";
import { eventually } from "../eventually.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [stacks(bed), stackSets(bed)];

/** A stack that was being made is made in the end. */
function stacks({ options }: Bed): Lane {
  const client = new CloudFormationClient(options);
  const acknowledged = new Acknowledged("cloudformation");
  const TemplateBody = JSON.stringify({
    Resources: { Group: { Type: "AWS::Logs::LogGroup" }, Queue: { Type: "AWS::SQS::Queue" } },
  });
  const statusOf = async (StackName: string) =>
    (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;
  return {
    name: "cloudformation",
    setup: async () => {},
    write: async (n) => {
      await client.send(new CreateStackCommand({ StackName: `stack-${n}`, TemplateBody }));
      acknowledged.add(`stack-${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (name) => {
          await eventually(`the stack ${name}`, async () => ({
            wanted: 1,
            found: (await statusOf(name)) === "CREATE_COMPLETE" ? 1 : 0,
          }));
          return true;
        },
        (StackName) => client.send(new DeleteStackCommand({ StackName })),
      ),
  };
}

/** A stack set that was made is there, and an operation that was begun on it comes to its end. */
function stackSets({ options }: Bed): Lane {
  const client = new CloudFormationClient(options);
  const acknowledged = new Acknowledged("stack sets");
  const TemplateBody = JSON.stringify({ Resources: { Queue: { Type: "AWS::SQS::Queue" } } });
  const where = { Accounts: ["000000000000"], Regions: ["us-east-1"] };
  const isOver = (StackSetName: string, OperationId: string | undefined) =>
    eventually(`the operation ${OperationId} on ${StackSetName}`, async () => {
      const { StackSetOperation } = await client.send(
        new DescribeStackSetOperationCommand({ StackSetName, OperationId }),
      );
      return { wanted: 1, found: StackSetOperation?.Status === "SUCCEEDED" ? 1 : 0 };
    });
  return {
    name: "stack sets",
    setup: async () => {},
    write: async (n) => {
      const StackSetName = `set-${n}`;
      await client.send(new CreateStackSetCommand({ StackSetName, TemplateBody }));
      const { OperationId } = await client.send(new CreateStackInstancesCommand({ StackSetName, ...where }));
      acknowledged.add(`${StackSetName} ${OperationId}`);
    },
    verify: () =>
      acknowledged.verify(
        async (name) => {
          const [StackSetName = "", OperationId] = name.split(" ");
          await client.send(new DescribeStackSetCommand({ StackSetName }));
          await isOver(StackSetName, OperationId);
          return true;
        },
        async (name) => {
          const [StackSetName = ""] = name.split(" ");
          const { OperationId } = await client.send(
            new DeleteStackInstancesCommand({ StackSetName, RetainStacks: false, ...where }),
          );
          await isOver(StackSetName, OperationId);
          await client.send(new DeleteStackSetCommand({ StackSetName }));
        },
      ),
  };
}
