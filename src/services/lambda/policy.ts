import type { Store } from "../../core/storage.ts";
import { defineCollection } from "../../core/storage.ts";

/** A statement of a resource-based policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: unknown;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Record<string, Record<string, string>>;
}

export interface Policy {
  readonly statements: readonly Statement[];
}

/** Policies of functions, versions and aliases, by [function, qualifier or ""]. */
export const policies = defineCollection<Policy>({ name: "policies" });

export const policyOf = (store: Store, name: string, qualifier = ""): Policy | undefined =>
  store.collection(policies).get([name, qualifier]);

/** The document as GetPolicy answers it. */
export function policyDocument(policy: Policy): string {
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: policy.statements });
}

/** The principal of a statement: a service, an account, or everybody. */
export function principalOf(principal: string): unknown {
  if (principal === "*") return "*";
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith("arn:")) return { AWS: principal };
  return { Service: principal };
}
