import type { Place } from "../../aws/arn-template.ts";
import type { Store } from "../../core/storage.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { balancerArn } from "./arns.ts";
import { listeners } from "./listener.ts";
import { loadBalancers } from "./load-balancer.ts";
import { rules } from "./rule.ts";

const forwards = (actions: readonly ELB.Action[], arn: string): boolean =>
  actions.some(
    ({ TargetGroupArn, ForwardConfig }) =>
      TargetGroupArn === arn || ForwardConfig?.TargetGroups?.some((group) => group.TargetGroupArn === arn),
  );

/** Names of the load balancers whose listeners or rules forward to a target group. */
export function namesOfBalancers(arn: string, store: Store): readonly string[] {
  const names = new Set<string>();
  for (const { balancer, actions } of store.collection(listeners).values())
    if (forwards(actions, arn)) names.add(balancer);
  for (const { balancer, actions } of store.collection(rules).values())
    if (forwards(actions, arn)) names.add(balancer);
  return [...names].sort();
}

/** Their ARNs. */
export const balancersOfGroup = (
  arn: string,
  { account, region, store }: Place & { readonly store: Store },
): readonly string[] =>
  namesOfBalancers(arn, store).flatMap((name) => {
    const balancer = store.collection(loadBalancers).get([name]);
    return balancer ? [balancerArn({ account, region }, balancer)] : [];
  });
