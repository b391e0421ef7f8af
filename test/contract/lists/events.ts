import { arn, type Call, type ListCase } from "../lists.ts";

const page = { service: "events", size: "Limit", token: "NextToken", next: "NextToken" } as const;
const EventPattern = '{"source": ["shop"]}';
const busOf = (account: string) => arn("events", account, "event-bus/default");
const archive = (call: Call, ArchiveName: string) =>
  call("CreateArchive", { ArchiveName, EventSourceArn: busOf(call.account) });
const queueOf = (account: string) => arn("sqs", account, "orders");
const connection = (call: Call, Name: string) =>
  call("CreateConnection", {
    Name,
    AuthorizationType: "API_KEY",
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "key", ApiKeyValue: "secret" } },
  });

async function ruleWithTarget(call: Call, Name: string): Promise<void> {
  await call("PutRule", { Name, EventPattern });
  await call("PutTargets", { Rule: Name, Targets: [{ Id: "q", Arn: queueOf(call.account) }] });
}

async function withoutRule(call: Call, Name: string): Promise<void> {
  await call("RemoveTargets", { Rule: Name, Ids: ["q"] });
  await call("DeleteRule", { Name });
}

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListEventBuses",
    items: "EventBuses",
    add: (call, Name) => call("CreateEventBus", { Name }),
    remove: (call, Name) => call("DeleteEventBus", { Name }),
    nameOf: ({ Name }: { Name: string }) => (Name === "default" ? undefined : Name),
  },
  {
    ...page,
    operation: "ListRules",
    items: "Rules",
    add: (call, Name) => call("PutRule", { Name, EventPattern }),
    remove: (call, Name) => call("DeleteRule", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListRuleNamesByTarget",
    items: "RuleNames",
    input: (account) => ({ TargetArn: queueOf(account) }),
    add: ruleWithTarget,
    remove: withoutRule,
    nameOf: (name: string) => name,
  },
  {
    ...page,
    operation: "ListTargetsByRule",
    items: "Targets",
    input: () => ({ Rule: "r" }),
    prepare: (call) => call("PutRule", { Name: "r", EventPattern }),
    most: 5,
    add: (call, Id) => call("PutTargets", { Rule: "r", Targets: [{ Id, Arn: queueOf(call.account) }] }),
    remove: (call, id) => call("RemoveTargets", { Rule: "r", Ids: [id] }),
    nameOf: ({ Id }: { Id: string }) => Id,
  },
  {
    ...page,
    operation: "ListArchives",
    items: "Archives",
    add: archive,
    remove: (call, ArchiveName) => call("DeleteArchive", { ArchiveName }),
    nameOf: ({ ArchiveName }: { ArchiveName: string }) => ArchiveName,
  },
  {
    ...page,
    operation: "ListReplays",
    items: "Replays",
    prepare: (call) => archive(call, "a"),
    // Replays stay; on AWS for ninety days.
    add: (call, ReplayName) =>
      call("StartReplay", {
        ReplayName,
        EventSourceArn: arn("events", call.account, "archive/a"),
        EventStartTime: new Date(0),
        EventEndTime: new Date(1000),
        Destination: { Arn: busOf(call.account) },
      }),
    nameOf: ({ ReplayName }: { ReplayName: string }) => ReplayName,
  },
  {
    ...page,
    operation: "ListConnections",
    items: "Connections",
    add: connection,
    remove: (call, Name) => call("DeleteConnection", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListApiDestinations",
    items: "ApiDestinations",
    prepare: (call) => connection(call, "c"),
    add: async (call, Name) => {
      const { ConnectionArn } = await call("DescribeConnection", { Name: "c" });
      return call("CreateApiDestination", {
        Name,
        ConnectionArn,
        InvocationEndpoint: "https://example.com/orders",
        HttpMethod: "POST",
      });
    },
    remove: (call, Name) => call("DeleteApiDestination", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
];
