import { defaultPolicy } from "../../../aws/topic-policy.ts";
import { document, unlessGone } from "../property.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";
import { found } from "./mapped.ts";

/* Policies of topics: each topic has one, whoever writes it. */

export const put = (topics: readonly string[], AttributeValue: string, at: ResourceContext) =>
  Promise.all(
    topics.map((TopicArn) =>
      at.call("sns", "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue }),
    ),
  );

export const policyOf = (properties: Values): string => document(properties, "PolicyDocument") ?? "";

export const reset = async (topics: readonly string[], at: ResourceContext): Promise<void> => {
  for (const topic of topics)
    await unlessGone(put([topic], defaultPolicy(topic, at.account), at), "NotFound");
};

/** The policy of topics, the first that is not as wanted; undefined where a topic is gone or has its owner's only. */
export async function policyOn(
  topics: readonly string[],
  wanted: string,
  at: ResourceContext,
): Promise<string | undefined> {
  let policy: string | undefined;
  for (const TopicArn of topics) {
    const asked = at.call<{ Attributes: Record<string, string> }>("sns", "GetTopicAttributes", { TopicArn });
    const actual = (await found(asked))?.Attributes["Policy"];
    if (actual === undefined || actual === defaultPolicy(TopicArn, at.account)) return undefined;
    policy ??= actual;
    if (actual !== wanted) return actual;
  }
  return policy;
}
