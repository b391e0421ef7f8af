import { partsOf } from "../../core/arn.ts";
import type { Context, Handlers, ServiceHost } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import {
  invalidParameter,
  purgeInProgress,
  queueDeletedRecently,
  queueDoesNotExist,
  queueNameExists,
} from "./errors.ts";
import type { OpenQueues } from "./open-queues.ts";
import { pageOfNames } from "./page.ts";
import { checkQueueName, deletions, placeOfArn, type QueueRecord, queueArn, queueRecords } from "./queue.ts";
import {
  type Attributes,
  changeAttributes,
  initialAttributes,
  withPlainBooleans,
} from "./queue-attributes.ts";
import { type EndpointStrategy, makeQueueUrl, type QueuePlace } from "./queue-url.ts";
import { allowsRedrive, readRedrivePolicy } from "./redrive-policy.ts";
import { tagging } from "./tags.ts";

/** How long a name is not available after its queue was deleted, and a purge after a purge. */
const COOLDOWN_MS = 60_000;

export const queues = (host: ServiceHost, open: OpenQueues): Handlers<SQS.Operations> => {
  const strategy = host.setting<EndpointStrategy>("endpoint-strategy");
  const waitsAfterDeletion = host.strict || host.setting<boolean>("delay-recently-deleted");
  const waitsAfterPurge = host.strict || host.setting<boolean>("delay-purge-retry");
  const urlOf = (place: QueuePlace, ctx: Context) =>
    makeQueueUrl(place, strategy, host.endpoint.host(), ctx.headers["host"]);

  return {
    CreateQueue(input, ctx) {
      const { QueueName: name } = input;
      const given = withPlainBooleans(input.Attributes ?? {});
      const place = { account: ctx.account, region: ctx.region, name };
      const fifo = given["FifoQueue"] === "true";
      checkQueueName(name, fifo);
      const attributes = changeAttributes(initialAttributes(fifo), given);
      const existing = open.at(place);
      if (existing) {
        const different = firstDifference(existing.record.attributes, given);
        if (different) throw queueNameExists(different);
        return { QueueUrl: urlOf(place, ctx) };
      }
      const tags = tagging.read(input.tags);
      checkDeadLetterTarget(open, queueArn(place), attributes);
      const nowMs = ctx.clock.now();
      const deletedAtMs = ctx.store.collection(deletions).get([name]);
      if (waitsAfterDeletion && deletedAtMs !== undefined && nowMs < deletedAtMs + COOLDOWN_MS) {
        throw queueDeletedRecently();
      }
      const record: QueueRecord = {
        name,
        id: ctx.random.hex(16),
        createdAtMs: nowMs,
        modifiedAtMs: nowMs,
        attributes,
        tags,
      };
      ctx.store.collection(queueRecords).put([name], record);
      return { QueueUrl: urlOf(place, ctx) };
    },

    DeleteQueue(input, ctx) {
      const queue = open.byUrl(input.QueueUrl, ctx);
      const { account, region, name } = queue.place;
      open.delete(queue);
      if (waitsAfterDeletion) host.store(account, region).collection(deletions).put([name], ctx.clock.now());
    },

    GetQueueUrl(input, ctx) {
      const account = input.QueueOwnerAWSAccountId ?? ctx.account;
      const place = { account, region: ctx.region, name: input.QueueName };
      if (!open.at(place)) throw queueDoesNotExist();
      return { QueueUrl: urlOf(place, ctx) };
    },

    ListQueues(input, ctx) {
      const names = [...open.records(ctx, input.QueueNamePrefix)].map(({ name }) => name);
      const { items, nextToken } = pageOfNames(names, input, input.QueueNamePrefix);
      const QueueUrls = items.map((name) => urlOf({ account: ctx.account, region: ctx.region, name }, ctx));
      // AWS leaves the member out when there is nothing to list.
      return { ...(QueueUrls.length > 0 && { QueueUrls }), ...(nextToken && { NextToken: nextToken }) };
    },

    PurgeQueue(input, ctx) {
      const queue = open.byUrl(input.QueueUrl, ctx);
      const { purgedAtMs } = queue.record;
      if (waitsAfterPurge && purgedAtMs !== undefined && ctx.clock.now() < purgedAtMs + COOLDOWN_MS) {
        throw purgeInProgress(queue.place.name);
      }
      queue.purge();
    },

    ListDeadLetterSourceQueues(input, ctx) {
      const queue = open.byUrl(input.QueueUrl, ctx);
      const names = [...open.records(queue.place)]
        .filter((record) => deadLetterTargetOf(record) === queue.arn)
        .map(({ name }) => name);
      const { items, nextToken } = pageOfNames(names, input, queue.arn);
      const queueUrls = items.map((name) => urlOf({ ...queue.place, name }, ctx));
      return { queueUrls, ...(nextToken && { NextToken: nextToken }) };
    },
  };
};

/** The ARN of a queue's dead-letter queue. */
export function deadLetterTargetOf(record: QueueRecord): string | undefined {
  const policy = record.attributes["RedrivePolicy"];
  return policy ? readRedrivePolicy(policy).deadLetterTargetArn : undefined;
}

/**
 * Checks that the dead-letter queue that a queue's attributes name can be one for it.
 * @throws AwsError `InvalidParameterValue`
 */
export function checkDeadLetterTarget(open: OpenQueues, sourceArn: string, attributes: Attributes): void {
  const text = attributes["RedrivePolicy"];
  if (!text) return;
  const refuse = (reason: string) => invalidParameter("RedrivePolicy", text, reason);
  const { deadLetterTargetArn } = readRedrivePolicy(text);
  const source = partsOf(sourceArn);
  const target = placeOfArn(deadLetterTargetArn);
  const queue = target && open.at(target);
  if (!queue) throw refuse("Dead letter target does not exist.");
  if (target.account !== source.account || target.region !== source.region) {
    throw refuse("Dead-letter target owner should be same as the source.");
  }
  if (queue.settings.fifo !== (attributes["FifoQueue"] === "true")) {
    throw refuse("Dead-letter queue must be same type of queue as the source.");
  }
  if (!allowsRedrive(queue.settings.redriveAllow, sourceArn)) {
    throw refuse("The dead-letter queue's RedriveAllowPolicy does not permit this source queue.");
  }
}

/** The first attribute that is given and differs from what a queue has. */
function firstDifference(existing: Attributes, given: Attributes): string | undefined {
  return Object.entries(given).find(([name, value]) => (existing[name] ?? "") !== value)?.[0];
}
