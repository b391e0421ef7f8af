import * as sdk from "@aws-sdk/client-cloudformation";
import { clientOptions, newAccount } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

type Answer = Record<string, unknown>;
type Commands = Record<string, new (input: object) => never>;

/** Stacks of an account of their own, as an AWS SDK's user has them. */
export function sdkStacks(cloud: Cloud) {
  const account = newAccount();
  const client = new sdk.CloudFormationClient(clientOptions(cloud, account));
  const call = (operation: string, input: object): Promise<Answer> => {
    const Command = (sdk as unknown as Commands)[`${operation}Command`];
    if (!Command) throw new Error(`The SDK has no ${operation}`);
    return client.send(new Command(input)) as unknown as Promise<Answer>;
  };
  const described = async (StackName: string) =>
    ((await call("DescribeStacks", { StackName }))["Stacks"] as Answer[])[0] ?? {};
  return {
    account,
    client,
    call,
    described,
    /** A call of any service, in the same account. */
    of: <O = Answer>(service: string, operation: string, input: object) =>
      cloud.call<O>(service, operation, input, { account }),
    create: async (StackName: string, template: object, more: object = {}) =>
      String(
        (await call("CreateStack", { StackName, TemplateBody: JSON.stringify(template), ...more }))[
          "StackId"
        ],
      ),
    update: (StackName: string, template: object, more: object = {}) =>
      call("UpdateStack", { StackName, TemplateBody: JSON.stringify(template), ...more }),
    status: async (StackName: string) => String((await described(StackName))["StackStatus"]),
    outputs: async (StackName: string) => {
      const outputs = ((await described(StackName))["Outputs"] ?? []) as Record<string, string>[];
      return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    },
    physical: async (StackName: string, LogicalResourceId: string) => {
      const { StackResourceDetail: detail } = await call("DescribeStackResource", {
        StackName,
        LogicalResourceId,
      });
      return String((detail as Answer)["PhysicalResourceId"]);
    },
    /** Oldest first: `logical id STATUS reason`. */
    events: async (StackName: string) => {
      const { StackEvents } = await call("DescribeStackEvents", { StackName });
      return (StackEvents as Record<string, string>[])
        .map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason: reason }) =>
          [LogicalResourceId, ResourceStatus, ...(reason === undefined ? [] : [reason])].join(" "),
        )
        .reverse();
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
