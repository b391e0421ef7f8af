import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { deletionProtected, groupExists, invalidParameter } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import type { Feed } from "./feed.ts";
import {
  groupArn,
  groupCollection,
  groupName,
  type LogGroup,
  type LogGroupClass,
  namedGroup,
  requireGroup,
} from "./group.ts";
import { indexPolicyCollection } from "./index-policies.ts";
import { metricFilterCollection } from "./metric-filter.ts";
import { pageOf } from "./page.ts";
import { streamCollection } from "./stream.ts";
import { subscriptionFilterCollection } from "./subscription-filter.ts";
import { taggingOf } from "./tags.ts";
import { transformerCollection } from "./transformers.ts";

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const PAGE_SIZE = 50;

export const groups = (events: EventLog, feed: Feed): Handlers<Logs.Operations> => ({
  CreateLogGroup(input, ctx) {
    const name = input.logGroupName;
    if (name.length > 512)
      throw invalidParameter(
        "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
      );
    const collection = ctx.store.collection(groupCollection);
    if (collection.has([name])) throw groupExists();
    collection.put([name], {
      name,
      arn: groupArn(ctx.region, ctx.account, name),
      createdAtMs: ctx.clock.now(),
      class: (input.logGroupClass ?? "STANDARD") as LogGroupClass,
      deletionProtected: input.deletionProtectionEnabled ?? false,
      ...(input.kmsKeyId && { kmsKeyId: input.kmsKeyId }),
      tags: taggingOf(input.logGroupName).read(input.tags),
    });
  },

  DeleteLogGroup(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    if (group.deletionProtected) throw deletionProtected();
    ctx.store.collection(groupCollection).delete([group.name]);
    ctx.store.collection(streamCollection).clear({ prefix: [group.name] });
    ctx.store.collection(metricFilterCollection).clear({ prefix: [group.name] });
    ctx.store.collection(subscriptionFilterCollection).clear({ prefix: [group.name] });
    ctx.store.collection(indexPolicyCollection).delete([group.name]);
    ctx.store.collection(transformerCollection).clear({ prefix: [group.name] });
    events.clear(ctx.store, group.name);
    feed.forget(ctx, group.name);
  },

  DescribeLogGroups(input, ctx) {
    const {
      logGroupNamePrefix: prefix,
      logGroupNamePattern: pattern,
      logGroupIdentifiers: identifiers,
    } = input;
    if (prefix !== undefined && pattern !== undefined)
      throw invalidParameter(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
      );
    const wanted = identifiers && new Set(identifiers.map(groupName));
    const all = [...ctx.store.collection(groupCollection).values()].filter(
      (group) =>
        (prefix === undefined || group.name.startsWith(prefix)) &&
        (pattern === undefined || group.name.toLowerCase().includes(pattern.toLowerCase())) &&
        (!wanted || wanted.has(group.name)) &&
        (input.logGroupClass === undefined || group.class === input.logGroupClass),
    );
    const { items, nextToken } = pageOf(all, input, PAGE_SIZE, ({ name }) => [name]);
    const filters = ctx.store.collection(metricFilterCollection);
    return {
      logGroups: items.map((group) => ({
        ...describe(group),
        metricFilterCount: filters.count({ prefix: [group.name] }),
        // Recorded of groups that hold nothing: no size, and no protection that was never asked for.
        ...ofSize(events.size(ctx.store, group.name)),
      })),
      ...(nextToken && { nextToken }),
    };
  },

  ListLogGroups(input, ctx) {
    const expression = namePattern(input.logGroupNamePattern);
    const all = [...ctx.store.collection(groupCollection).values()].filter(
      (group) =>
        expression.test(group.name) &&
        (input.logGroupClass === undefined || group.class === input.logGroupClass) &&
        (input.logGroupTags ?? []).every(({ key, values }) => {
          const value = group.tags[key];
          return value !== undefined && (!values?.length || values.includes(value));
        }),
    );
    const { items, nextToken } = pageOf(all, input, PAGE_SIZE, ({ name }) => [name]);
    return {
      logGroups: items.map((group) => ({
        logGroupName: group.name,
        logGroupArn: group.arn,
        logGroupClass: group.class,
      })),
      ...(nextToken && { nextToken }),
    };
  },

  PutRetentionPolicy(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    if (!RETENTION_DAYS.includes(input.retentionInDays))
      throw invalidParameter(
        `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(", ")}]`,
      );
    if (group.class === "DELIVERY")
      throw invalidParameter("Retention policy cannot be set for a log group of the DELIVERY class.");
    ctx.store
      .collection(groupCollection)
      .put([group.name], { ...group, retentionDays: input.retentionInDays });
  },

  DeleteRetentionPolicy(input, ctx) {
    const { retentionDays: _, ...group } = requireGroup(ctx.store, input.logGroupName);
    ctx.store.collection(groupCollection).put([group.name], group);
  },

  PutLogGroupDeletionProtection(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupIdentifier);
    ctx.store
      .collection(groupCollection)
      .put([group.name], { ...group, deletionProtected: input.deletionProtectionEnabled });
  },

  AssociateKmsKey(input, ctx) {
    const group = namedGroup(ctx, { ...name(input), ...identifier(input) });
    ctx.store.collection(groupCollection).put([group.name], { ...group, kmsKeyId: input.kmsKeyId });
  },

  DisassociateKmsKey(input, ctx) {
    const { kmsKeyId: _, ...group } = namedGroup(ctx, { ...name(input), ...identifier(input) });
    ctx.store.collection(groupCollection).put([group.name], group);
  },
});

const name = ({ logGroupName }: { logGroupName?: string }) =>
  logGroupName === undefined ? {} : { logGroupName };
const identifier = ({ resourceIdentifier }: { resourceIdentifier?: string }) =>
  resourceIdentifier === undefined ? {} : { logGroupIdentifier: resourceIdentifier };

const ofSize = (storedBytes: number) => (storedBytes > 0 ? { storedBytes } : {});

function describe(group: LogGroup): Logs.LogGroup {
  return {
    logGroupName: group.name,
    creationTime: group.createdAtMs,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    logGroupClass: group.class,
    ...(group.deletionProtected && { deletionProtectionEnabled: true }),
    ...(group.kmsKeyId && { kmsKeyId: group.kmsKeyId }),
  };
}

/** ListLogGroups' pattern: a part of the name, `^` for its beginning, `|` between several. */
function namePattern(pattern: string | undefined): RegExp {
  if (!pattern) return /^/;
  const source = pattern
    .split("|")
    .map((part) => part.replace(/[.*+?${}()[\]\\/]/g, "\\$&"))
    .join("|");
  return new RegExp(source, "i");
}
