import { until } from "../../until.ts";
import type { Call, ListCase } from "../lists.ts";

const page = { service: "cloudformation", fixedSize: 100, token: "NextToken", next: "NextToken" } as const;

/** A stack of nothing but an output, kept as long as its test: what it makes does not matter. */
const template = (Outputs: object = {}, Resources: object = { Topic: { Type: "AWS::SNS::Topic" } }) =>
  JSON.stringify({ Resources, Outputs });

async function made(call: Call, StackName: string, TemplateBody = template()): Promise<void> {
  await call("CreateStack", { StackName, TemplateBody });
  await comesTo(call, StackName, "CREATE_COMPLETE");
}

async function comesTo(call: Call, StackName: string, status: string): Promise<void> {
  await until(async () => {
    const { Stacks } = await call("DescribeStacks", { StackName });
    const [{ StackStatus, StackStatusReason }] = Stacks as [
      { StackStatus: string; StackStatusReason?: string },
    ];
    const isThere = StackStatus === status;
    if (!isThere && !StackStatus.endsWith("IN_PROGRESS")) throw new Error(StackStatusReason);
    return isThere;
  });
}

async function gone(call: Call, StackName: string): Promise<void> {
  const { Stacks } = await call("DescribeStacks", { StackName });
  await call("DeleteStack", { StackName });
  await comesTo(call, (Stacks as [{ StackId: string }])[0].StackId, "DELETE_COMPLETE");
}

const exporting = (Name: string) => template({ Out: { Value: "v", Export: { Name } } });
const importing = () => template({ In: { Value: { "Fn::ImportValue": "shared" } } });
const topics = Object.fromEntries(
  Array.from({ length: 301 }, (_, at) => [`T${String(at).padStart(3, "0")}`, { Type: "AWS::SNS::Topic" }]),
);
const nameOfStack = ({ StackName }: { StackName: string }) => StackName;

const handle = JSON.stringify({
  Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
});
const accountOf = (name: string) => name.slice(1).padStart(12, "0");

export const lists: readonly ListCase[] = [
  {
    service: "cloudformation",
    token: "NextToken",
    next: "NextToken",
    size: "MaxResults",
    operation: "ListStackSets",
    input: () => ({ Status: "ACTIVE" }),
    items: "Summaries",
    add: (call, StackSetName) => call("CreateStackSet", { StackSetName, TemplateBody: handle }),
    remove: (call, StackSetName) => call("DeleteStackSet", { StackSetName }),
    nameOf: ({ StackSetName }: { StackSetName: string }) => StackSetName,
  },
  {
    service: "cloudformation",
    token: "NextToken",
    next: "NextToken",
    size: "MaxResults",
    operation: "ListStackInstances",
    prepare: (call) => call("CreateStackSet", { StackSetName: "set", TemplateBody: handle }),
    input: () => ({ StackSetName: "set" }),
    items: "Summaries",
    add: (call, name) =>
      call("CreateStackInstances", {
        StackSetName: "set",
        Accounts: [accountOf(name)],
        Regions: ["us-east-1"],
      }),
    remove: (call, name) =>
      call("DeleteStackInstances", {
        StackSetName: "set",
        Accounts: [accountOf(name)],
        Regions: ["us-east-1"],
        RetainStacks: false,
      }),
    nameOf: ({ Account }: { Account: string }) => `q${Account.slice(-3)}`,
  },
  {
    ...page,
    operation: "DescribeStacks",
    items: "Stacks",
    add: (call, name) => made(call, name),
    remove: gone,
    nameOf: nameOfStack,
  },
  {
    ...page,
    operation: "ListStacks",
    input: () => ({ StackStatusFilter: ["CREATE_COMPLETE"] }),
    items: "StackSummaries",
    add: (call, name) => made(call, name),
    remove: gone,
    nameOf: nameOfStack,
  },
  {
    ...page,
    operation: "ListExports",
    items: "Exports",
    add: (call, name) => made(call, name, exporting(name)),
    remove: gone,
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListImports",
    input: () => ({ ExportName: "shared" }),
    items: "Imports",
    prepare: (call) => made(call, "exporter", exporting("shared")),
    add: (call, name) => made(call, name, importing()),
    remove: gone,
    nameOf: (name: string) => name,
  },
  {
    ...page,
    operation: "ListStackResources",
    input: () => ({ StackName: "many" }),
    items: "StackResourceSummaries",
    prepare: (call) => made(call, "many", JSON.stringify({ Resources: topics })),
    nameOf: ({ LogicalResourceId }: { LogicalResourceId: string }) => LogicalResourceId,
  },
  {
    ...page,
    operation: "DescribeStackEvents",
    input: () => ({ StackName: "many" }),
    items: "StackEvents",
    prepare: async (call) => {
      await made(call, "many", JSON.stringify({ Resources: topics }));
      // All events of the last operation come in one page: it has few.
      const [, ...others] = Object.entries(topics);
      await call("UpdateStack", {
        StackName: "many",
        TemplateBody: JSON.stringify({ Resources: Object.fromEntries(others) }),
      });
      await comesTo(call, "many", "UPDATE_COMPLETE");
    },
    nameOf: ({ EventId, ResourceStatusReason }: { EventId: string; ResourceStatusReason?: string }) =>
      `${EventId} ${ResourceStatusReason}`,
  },
  {
    ...page,
    operation: "DescribeChangeSet",
    free: ["IncludePropertyValues"],
    input: () => ({ StackName: "s", ChangeSetName: "many" }),
    items: "Changes",
    prepare: async (call) => {
      await made(call, "s");
      const TemplateBody = JSON.stringify({ Resources: topics });
      await call("CreateChangeSet", { StackName: "s", ChangeSetName: "many", TemplateBody });
    },
    nameOf: ({ ResourceChange }: { ResourceChange: { LogicalResourceId: string } }) =>
      ResourceChange.LogicalResourceId,
  },
  {
    ...page,
    operation: "ListChangeSets",
    input: () => ({ StackName: "s" }),
    items: "Summaries",
    prepare: (call) => made(call, "s"),
    add: (call, name) =>
      call("CreateChangeSet", {
        StackName: "s",
        ChangeSetName: name,
        TemplateBody: template({ More: { Value: name } }),
      }),
    remove: (call, name) => call("DeleteChangeSet", { StackName: "s", ChangeSetName: name }),
    nameOf: ({ ChangeSetName }: { ChangeSetName: string }) => ChangeSetName,
  },
];
