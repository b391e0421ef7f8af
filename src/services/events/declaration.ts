import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import type { NameReader } from "../../aws/namer.ts";
import { type ActionReader, defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { type ApiDestinationRecord, destinationRecords } from "./api-destination.ts";
import { type ArchiveRecord, archiveRecords } from "./archive.ts";
import { type ConnectionRecord, connectionRecords } from "./connection.ts";
import { busName, busPlace, busRecords, DEFAULT_BUS, type EventBusRecord } from "./event-bus.ts";
import { faultPoints } from "./fault-points.ts";
import { archiveLifecycle, connectionLifecycle, replayLifecycle } from "./lifecycles.ts";
import { type ReplayRecord, replayRecords } from "./replay.ts";
import { type RuleRecord, ruleRecords, sourcesHeard, sourcesIn } from "./rule.ts";

const RULE_OPERATIONS = /Rule/;

/** A rule's name means something beside its bus; `Name` is also a bus's, a connection's and an API destination's. */
const rule: NameReader = (text, place, input) => {
  if (input["Rule"] === undefined && !RULE_OPERATIONS.test(place.operation ?? "Rule")) return undefined;
  const given = input["EventBusName"];
  const bus = busName(typeof given === "string" ? given : undefined);
  return {
    ...busPlace(typeof given === "string" ? given : undefined, place),
    Rule: bus === DEFAULT_BUS ? text : `${bus}/${text}`,
  };
};

/** `Name` where the operation says whose it is. */
const ofOperation =
  (kind: RegExp, placeholder: string): NameReader =>
  (text, { operation = "" }) =>
    kind.test(operation) ? { [placeholder]: text } : undefined;

const isDefaultBus = (arn: string) => arn.endsWith(`:event-bus/${DEFAULT_BUS}`);

const wholeOrNothing = ({ arn }: { readonly arn: string }) => arn;
const TAGS = ["ResourceARN", "Tags", "TagKeys"] as const;

/** Each event is put on its own bus, from its own source: one that may be put does not let in another. */
const puttingIs: ActionReader = ({ Entries }) =>
  (Array.isArray(Entries) ? Entries : []).map((entry) => ({
    action: "events:PutEvents",
    input: { Entries: [entry] },
  }));

/** Amazon EventBridge: https://docs.aws.amazon.com/eventbridge/latest/APIReference/ */
export default declareService({
  name: "events",
  // PutEvents: 1 MiB of entries whose details are JSON in JSON.
  requests: { mostBytes: 7 * 1024 * 1024 },
  resources: {
    "event-bus": defineResource<EventBusRecord>({
      arn: "arn:{partition}:events:{region}:{account}:event-bus/{EventBusName/}",
      namedBy: {
        EventBusName: true,
        "Entries[].EventBusName": true,
        Name: ofOperation(/EventBus$/, "EventBusName"),
        EventSourceArn: true,
        ResourceARN: true,
      },
      fis: "aws:events:event-bus",
      cfn: "AWS::Events::EventBus",
      collection: busRecords,
      tags: taggedByArn({ of: ({ tags }) => tags, members: TAGS, form: "list" }),
      policy: ({ policy }) => policy,
      actions: { PutEvents: puttingIs },
    }),
    rule: defineResource<RuleRecord>({
      arn: "arn:{partition}:events:{region}:{account}:rule/{Rule/}",
      namedBy: { Rule: rule, Name: rule, ResourceARN: "Rule" },
      fis: "aws:events:rule",
      cfn: "AWS::Events::Rule",
      collection: ruleRecords,
      nameOf: wholeOrNothing,
      keyOf: ({ Rule = "" }) => (Rule.includes("/") ? Rule.split("/") : [DEFAULT_BUS, Rule]),
      tags: taggedByArn({ of: ({ tags }) => tags, members: TAGS, form: "list" }),
      insteadOf: "event-bus",
      hearsEventsOf: sourcesHeard,
    }),
    archive: defineResource<ArchiveRecord>({
      arn: "arn:{partition}:events:{region}:{account}:archive/{ArchiveName}",
      namedBy: { ArchiveName: true, EventSourceArn: true },
      cfn: "AWS::Events::Archive",
      collection: archiveRecords,
      hearsEventsOf: ({ busArn, pattern }) => (isDefaultBus(busArn) ? sourcesIn(pattern) : []),
    }),
    replay: defineResource<ReplayRecord>({
      arn: "arn:{partition}:events:{region}:{account}:replay/{ReplayName}",
      namedBy: { ReplayName: true },
      collection: replayRecords,
    }),
    connection: defineResource<ConnectionRecord>({
      arn: "arn:{partition}:events:{region}:{account}:connection/{ConnectionName}/{Id}",
      namedBy: { ConnectionArn: true, Name: ofOperation(/Connection/, "ConnectionName") },
      defaults: { Id: "*" },
      cfn: "AWS::Events::Connection",
      collection: connectionRecords,
      nameOf: wholeOrNothing,
      keyOf: ({ ConnectionName = "" }) => [ConnectionName],
    }),
    "api-destination": defineResource<ApiDestinationRecord>({
      arn: "arn:{partition}:events:{region}:{account}:api-destination/{ApiDestinationName}/{Id}",
      namedBy: { Name: ofOperation(/ApiDestination/, "ApiDestinationName") },
      defaults: { Id: "*" },
      cfn: "AWS::Events::ApiDestination",
      collection: destinationRecords,
      nameOf: wholeOrNothing,
      keyOf: ({ ApiDestinationName = "" }) => [ApiDestinationName],
    }),
  },
  iam: {
    onAnything: [
      "ListEventBuses",
      "ListRules",
      "ListArchives",
      "ListReplays",
      "ListConnections",
      "TestEventPattern",
    ],
    // Whoever puts events says no bus when it is the default one.
    resourcesOf: (input, { account, region, operation }) =>
      operation === "PutEvents" && Array.isArray(input["Entries"])
        ? (input["Entries"] as ({ EventBusName?: string } | null)[])
            .filter((entry) => entry?.EventBusName === undefined)
            .slice(0, 1)
            .map(() => `arn:aws:events:${region}:${account}:event-bus/default`)
        : [],
    conditionKeys: {
      "events:source": (input) => textsIn(input, "Source"),
      "events:detail-type": (input) => textsIn(input, "DetailType"),
    },
    passesRole: { PutRule: "RoleArn", PutTargets: "Targets[].RoleArn" },
    also: {
      CreateEventBus: [{ action: "events:TagResource", when: "Tags" }],
      PutRule: [{ action: "events:TagResource", when: "Tags" }],
    },
  },
  settings: {
    "api-calls": {
      description:
        "Which calls of clients are events of their own, `AWS API Call via CloudTrail`: none, those that manage resources, or those on data (messages, items, objects, invocations), too.",
      type: "string",
      default: "off",
      values: ["off", "management", "all"],
    },
  },
  faultPoints: {
    ...faultPoints,
    ...lifecyclePoint(connectionLifecycle),
    ...lifecyclePoint(replayLifecycle),
    ...lifecyclePoint(archiveLifecycle),
  },
});

function textsIn({ Entries }: Readonly<Record<string, unknown>>, member: string): string[] | undefined {
  if (!Array.isArray(Entries)) return undefined;
  return (Entries as Record<string, unknown>[]).flatMap((entry) =>
    typeof entry?.[member] === "string" ? [entry[member] as string] : [],
  );
}
