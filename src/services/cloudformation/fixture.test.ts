import type { Cloud } from "../../index.ts";

type Answer = Record<string, unknown>;

/** Stacks of a cloud, as tests speak of them. */
export function stacksOf(cloud: Cloud) {
  const call = (operation: string, input: object) => cloud.call<Answer>("cloudformation", operation, input);
  const bodyOf = (template: object | string) =>
    typeof template === "string" ? template : JSON.stringify(template);
  return {
    call,
    /** @returns the stack's id */
    create: async (StackName: string, template: object | string, more: object = {}) =>
      String((await call("CreateStack", { StackName, TemplateBody: bodyOf(template), ...more }))["StackId"]),
    update: (StackName: string, template: object | string, more: object = {}) =>
      call("UpdateStack", { StackName, TemplateBody: bodyOf(template), ...more }),
    describe: async (StackName: string) =>
      ((await call("DescribeStacks", { StackName }))["Stacks"] as Answer[])[0]!,
    physical: async (StackName: string, LogicalResourceId: string) => {
      const { StackResourceDetail: detail } = await call("DescribeStackResource", {
        StackName,
        LogicalResourceId,
      });
      return String((detail as Answer)["PhysicalResourceId"]);
    },
    outputs: async (StackName: string) => {
      const [stack] = (await call("DescribeStacks", { StackName }))["Stacks"] as Answer[];
      const outputs = (stack!["Outputs"] ?? []) as { OutputKey: string; OutputValue: string }[];
      return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    },
    /** Oldest first: `logical id STATUS reason`. */
    events: async (StackName: string) => {
      const all: string[] = [];
      for (let NextToken: unknown; ; ) {
        const page = await call("DescribeStackEvents", { StackName, ...(NextToken ? { NextToken } : {}) });
        for (const event of page["StackEvents"] as Answer[]) {
          const { LogicalResourceId, ResourceStatus, ResourceStatusReason: reason } = event;
          all.push([LogicalResourceId, ResourceStatus, ...(reason === undefined ? [] : [reason])].join(" "));
        }
        NextToken = page["NextToken"];
        if (!NextToken) return all.reverse();
      }
    },
  };
}
