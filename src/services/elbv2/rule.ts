import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { type BalancerType, listenerArn, readArn, ruleArn } from "./arns.ts";
import { rulesNotFound } from "./errors.ts";
import { type ListenerRecord, listeners } from "./listener.ts";
import { type LoadBalancerRecord, loadBalancers } from "./load-balancer.ts";

/** A rule of a listener as it is kept, by its load balancer's name, its listener's id and its own. The default one stands in its listener. */
export interface RuleRecord {
  readonly balancer: string;
  readonly balancerId: string;
  readonly type: BalancerType;
  readonly listener: string;
  readonly id: string;
  readonly priority: number;
  readonly conditions: readonly ELB.RuleCondition[];
  readonly actions: readonly ELB.Action[];
  readonly tags: Tags;
}

export const rules = defineCollection<RuleRecord>({ name: "rules" });

/** The rules of a listener but the default one, in the order of their priorities. */
export const rulesOf = (
  { balancer, id }: Pick<ListenerRecord, "balancer" | "id">,
  store: Store,
): RuleRecord[] =>
  [...store.collection(rules).values({ prefix: [balancer, id] })].sort((a, b) => a.priority - b.priority);

/** A rule with the listener and the load balancer that have it; without a record it is the listener's default one. */
export interface FoundRule {
  readonly balancer: LoadBalancerRecord;
  readonly listener: ListenerRecord;
  readonly rule: RuleRecord | undefined;
  readonly arn: string;
}

/** The rule of an ARN; undefined when there is none. */
function lookUpRule(
  arn: string,
  { account, region, store }: Place & { readonly store: Store },
): FoundRule | undefined {
  const { kind, parts: [, name = "", , listenerId = "", id = ""] = [] } = readArn(arn) ?? {};
  const balancer = kind === "listener-rule" ? store.collection(loadBalancers).get([name]) : undefined;
  const listener = balancer && store.collection(listeners).get([name, listenerId]);
  if (!listener || ruleArn(listenerArn({ account, region }, balancer, listenerId), id) !== arn)
    return undefined;
  const rule = store.collection(rules).get([name, listenerId, id]);
  return rule || id === listener.ruleId ? { balancer, listener, rule, arn } : undefined;
}

/** @throws RuleNotFound */
export function findRule(arn: string, at: Place & { readonly store: Store }): FoundRule {
  const found = lookUpRule(arn, at);
  if (!found) throw rulesNotFound();
  return found;
}

export const saveRule = (rule: RuleRecord, { store }: { readonly store: Store }): RuleRecord => {
  store.collection(rules).put([rule.balancer, rule.listener, rule.id], rule);
  return rule;
};

export const describeRule = ({ listener, rule, arn }: Omit<FoundRule, "balancer">): ELB.Rule => ({
  RuleArn: arn,
  Priority: rule ? String(rule.priority) : "default",
  Conditions: [...(rule?.conditions ?? [])],
  Actions: [...(rule ?? listener).actions],
  IsDefault: rule === undefined,
});
