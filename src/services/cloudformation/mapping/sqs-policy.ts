import type { ResourceContext } from "../resource-type.ts";
import { found } from "./mapped.ts";

/** The policy of queues, the first that is not as wanted; undefined where a queue is gone or has none. */
export async function policyOn(
  queues: readonly string[],
  wanted: string,
  at: ResourceContext,
): Promise<string | undefined> {
  let policy: string | undefined;
  for (const QueueUrl of queues) {
    const asked = at.call<{ Attributes?: Record<string, string> }>("sqs", "GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["Policy"],
    });
    const actual = (await found(asked))?.Attributes?.["Policy"];
    if (actual === undefined) return undefined;
    policy ??= actual;
    if (actual !== wanted) return actual;
  }
  return policy;
}
