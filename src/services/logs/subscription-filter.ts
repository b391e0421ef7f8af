import { defineCollection } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";

/** A subscription filter as it is kept: what DescribeSubscriptionFilters answers. */
export type SubscriptionFilter = Logs.SubscriptionFilter & {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
};

/** Key: [group's name, filter's name]. */
export const subscriptionFilterCollection = defineCollection<SubscriptionFilter>({
  name: "subscription-filters",
});
