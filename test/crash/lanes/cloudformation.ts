import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import type { Bed } from "../bed.ts";
import { eventually } from "../eventually.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [stacks(bed)];

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
