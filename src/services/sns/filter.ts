import { matchesAttributes, matchesBody } from "./filter-policy.ts";
import { type Message, textFor } from "./message.ts";
import type { Subscription } from "./subscription.ts";
import { filterOf } from "./subscription-attributes.ts";

/** Does a subscription want this message? */
export function passes(subscription: Subscription, message: Message): boolean {
  const filter = filterOf(subscription);
  if (!filter) return true;
  return filter.scope === "MessageBody"
    ? matchesBody(filter.policy, textFor(message, subscription.protocol))
    : matchesAttributes(filter.policy, message.attributes);
}
