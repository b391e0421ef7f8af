import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter } from "./errors.ts";
import { requireGroup } from "./group.ts";

/** Key: [group's name]. The values are what DescribeIndexPolicies answers. */
export const indexPolicyCollection = defineCollection<Logs.IndexPolicy>({ name: "index-policies" });

/** Field indexes make queries faster on AWS; here queries read all events either way. */
export const indexPolicies = (): Handlers<Logs.Operations> => ({
  PutIndexPolicy(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupIdentifier);
    if (!namesFields(input.policyDocument)) throw invalidParameter("The policy document is invalid.");
    const indexPolicy: Logs.IndexPolicy = {
      logGroupIdentifier: group.name,
      lastUpdateTime: ctx.clock.now(),
      policyDocument: input.policyDocument,
      source: "LOG_GROUP",
    };
    ctx.store.collection(indexPolicyCollection).put([group.name], indexPolicy);
    return { indexPolicy };
  },

  DescribeIndexPolicies(input, ctx) {
    const policies = ctx.store.collection(indexPolicyCollection);
    const names = input.logGroupIdentifiers.map((identifier) => requireGroup(ctx.store, identifier).name);
    return { indexPolicies: names.flatMap((name) => policies.get([name]) ?? []) };
  },

  DeleteIndexPolicy(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupIdentifier);
    ctx.store.collection(indexPolicyCollection).delete([group.name]);
    return {};
  },
});

function namesFields(text: string): boolean {
  try {
    const { Fields, FieldsV2 } = JSON.parse(text);
    return Array.isArray(Fields) || typeof FieldsV2 === "object";
  } catch {
    return false;
  }
}
