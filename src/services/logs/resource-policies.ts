import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter, limitExceeded, resourcePolicyNotFound } from "./errors.ts";
import { pageOf } from "./page.ts";
import { policyCollection } from "./resource-policy.ts";

const MAX_POLICIES = 10;
const PAGE_SIZE = 50;

/** Policies that let other services write here. What they deny is denied; nobody needs to be let in. */
export const resourcePolicies = (): Handlers<Logs.Operations> => ({
  PutResourcePolicy(input, ctx) {
    const key = input.resourceArn ?? input.policyName;
    if (key === undefined) throw invalidParameter("Either policyName or resourceArn must be specified.");
    const { policyDocument } = input;
    if (policyDocument === undefined || !isPolicy(policyDocument))
      throw invalidParameter("Policy document is invalid.");
    const policies = ctx.store.collection(policyCollection);
    if (!policies.has([key]) && policies.count() >= MAX_POLICIES) throw limitExceeded();
    const revisionId = ctx.random.uuid();
    const resourcePolicy: Logs.ResourcePolicy = {
      ...(input.policyName !== undefined && { policyName: input.policyName }),
      policyDocument,
      lastUpdatedTime: ctx.clock.now(),
      policyScope: input.resourceArn === undefined ? "ACCOUNT" : "RESOURCE",
      ...(input.resourceArn !== undefined && { resourceArn: input.resourceArn, revisionId }),
    };
    policies.put([key], resourcePolicy);
    return { resourcePolicy, ...(input.resourceArn !== undefined && { revisionId }) };
  },

  DeleteResourcePolicy(input, ctx) {
    const key = input.resourceArn ?? input.policyName ?? "";
    if (!ctx.store.collection(policyCollection).delete([key])) throw resourcePolicyNotFound(key);
  },

  DescribeResourcePolicies(input, ctx) {
    const scope = input.policyScope ?? (input.resourceArn === undefined ? "ACCOUNT" : "RESOURCE");
    const found = [...ctx.store.collection(policyCollection).values()].filter(
      ({ policyScope, resourceArn }) =>
        policyScope === scope && (input.resourceArn === undefined || resourceArn === input.resourceArn),
    );
    const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ policyName, resourceArn }) => [
      policyName ?? "",
      resourceArn ?? "",
    ]);
    return { resourcePolicies: items, ...(nextToken && { nextToken }) };
  },
});

function isPolicy(text: string | undefined): boolean {
  try {
    return typeof readJson(text ?? "") === "object";
  } catch {
    return false;
  }
}
