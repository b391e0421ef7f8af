import { readIfJson } from "../../core/read-json.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";
import type { SubscriptionFilter } from "./subscription-filter.ts";

/** An account policy as it is kept: what DescribeAccountPolicies answers. */
export type AccountPolicy = Logs.AccountPolicy & {
  readonly policyName: string;
  readonly policyDocument: string;
};

/** Key: [name]. */
export const accountPolicyCollection = defineCollection<AccountPolicy>({ name: "account-policies" });

interface SubscriptionDocument {
  readonly DestinationArn?: string;
  readonly RoleArn?: string;
  readonly FilterPattern?: string;
  readonly Distribution?: string;
}

export function readDocument(text: string): SubscriptionDocument | undefined {
  return readIfJson(text) as SubscriptionDocument | undefined;
}

/** The account's policies as subscription filters of one group. */
export function accountFilters(store: Store, group: string): SubscriptionFilter[] {
  const filters: SubscriptionFilter[] = [];
  for (const { policyName, policyDocument, selectionCriteria } of store
    .collection(accountPolicyCollection)
    .values()) {
    const document = readDocument(policyDocument);
    if (!document?.DestinationArn || excludes(selectionCriteria, group)) continue;
    filters.push({
      filterName: policyName,
      logGroupName: group,
      filterPattern: document.FilterPattern ?? "",
      destinationArn: document.DestinationArn,
      distribution: document.Distribution ?? "ByLogStream",
    });
  }
  return filters;
}

/** `LogGroupName NOT IN ["a", "b"]` */
function excludes(criteria: string | undefined, group: string): boolean {
  const names = /^\s*LogGroupName\s+NOT\s+IN\s+(\[.*\])\s*$/is.exec(criteria ?? "")?.[1];
  if (!names) return false;
  try {
    return (JSON.parse(names) as unknown[]).includes(group);
  } catch {
    return false;
  }
}
