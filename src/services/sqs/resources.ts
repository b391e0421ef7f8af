import type { Resource } from "../../core/service.ts";
import { attributesOf } from "./attributes.ts";
import type { OpenQueues } from "./open-queues.ts";
import { queueArn } from "./queue.ts";
import { parseQueueUrl } from "./queue-url.ts";

/** All queues of an account in a region, for targets and the dashboard. */
export function* queueResources(
  open: OpenQueues,
  where: { account: string; region: string },
): Iterable<Resource> {
  for (const { name, tags } of open.records(where)) {
    const queue = open.at({ account: where.account, region: where.region, name });
    if (queue) yield { arn: queue.arn, tags, attributes: { QueueName: name, ...attributesOf(queue) } };
  }
}

/** ARNs of the queues that an input names by URL or name. */
export function arnsOf(
  _operation: string,
  input: Readonly<Record<string, unknown>>,
  where: { account: string; region: string },
): string[] {
  const { QueueUrl, QueueName, QueueOwnerAWSAccountId: owner } = input;
  if (typeof QueueUrl === "string") {
    try {
      return [queueArn(parseQueueUrl(QueueUrl, where))];
    } catch {
      // The handler will say what is wrong with it.
      return [];
    }
  }
  if (typeof QueueName !== "string") return [];
  const account = typeof owner === "string" ? owner : where.account;
  return [queueArn({ account, region: where.region, name: QueueName })];
}
