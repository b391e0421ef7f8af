import type { Context, Handlers } from "../../core/service.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { checkedActions } from "./action.ts";
import { ruleArn } from "./arns.ts";
import { checkedConditions } from "./condition.ts";
import { operationNotPermitted, priorityInUse, validationError } from "./errors.ts";
import { type FoundListener, findListener } from "./listener.ts";
import { pageBy } from "./pages.ts";
import { describeRule, type FoundRule, findRule, type RuleRecord, rules, rulesOf, saveRule } from "./rule.ts";
import { tagging } from "./tags.ts";

const HIGHEST = 50_000;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html and its neighbours */
export const ruleHandlers: Handlers<ELB.Operations> = {
  CreateRule(input, ctx) {
    const found = findListener(input.ListenerArn, ctx);
    const { balancer, listener, arn } = found;
    if (balancer.type === "network")
      throw operationNotPermitted("Rules are not supported for listeners of network load balancers");
    refuseTransforms(input.Transforms);
    checkPriority(input.Priority);
    const conditions = checkedConditions(input.Conditions);
    const actions = checkedActions(input.Actions, { balancer, protocol: listener.protocol }, ctx);
    if (rulesOf(listener, ctx.store).some(({ priority }) => priority === input.Priority))
      throw priorityInUse(input.Priority);
    const rule = saveRule(
      {
        balancer: balancer.name,
        balancerId: balancer.id,
        type: balancer.type,
        listener: listener.id,
        id: ctx.random.hex(16),
        priority: input.Priority,
        conditions,
        actions,
        tags: tagging.read(input.Tags as { Key: string }[] | undefined),
      },
      ctx,
    );
    return { Rules: [describeRule({ listener, rule, arn: ruleArn(arn, rule.id) })] };
  },

  DescribeRules(input, ctx) {
    const { ListenerArn, RuleArns: arns = [] } = input;
    if (ListenerArn === undefined && arns.length === 0)
      throw validationError("You must specify either listener rule ARNs or a listener ARN");
    if (ListenerArn !== undefined && arns.length > 0)
      throw validationError("Listener rule ARNs and a listener ARN cannot be specified at the same time");
    const found =
      ListenerArn === undefined
        ? arns.map((arn) => findRule(arn, ctx))
        : allOf(findListener(ListenerArn, ctx), ctx);
    const { items, NextMarker } = pageBy(found, sortKey, input, ctx.operation);
    return { Rules: items.map(describeRule), NextMarker };
  },

  ModifyRule(input, ctx) {
    const { balancer, listener, rule, arn } = findRule(input.RuleArn, ctx);
    if (!input.Conditions && !input.Actions)
      throw validationError("Either conditions or actions must be specified");
    refuseTransforms(input.Transforms);
    if (!rule) throw operationNotPermitted(`Default rule '${arn}' cannot be modified`);
    const changed: RuleRecord = {
      ...rule,
      ...(input.Conditions && { conditions: checkedConditions(input.Conditions) }),
      ...(input.Actions && {
        actions: checkedActions(input.Actions, { balancer, protocol: listener.protocol }, ctx),
      }),
    };
    saveRule(changed, ctx);
    return { Rules: [describeRule({ listener, rule: changed, arn })] };
  },

  DeleteRule({ RuleArn }, ctx) {
    const { rule, arn } = findRule(RuleArn, ctx);
    if (!rule) throw operationNotPermitted(`Default rule '${arn}' cannot be deleted`);
    ctx.store.collection(rules).delete([rule.balancer, rule.listener, rule.id]);
  },

  SetRulePriorities({ RulePriorities }, ctx) {
    const wanted = RulePriorities.map(({ RuleArn = "", Priority }) => {
      if (Priority === undefined) throw validationError("A priority must be specified");
      checkPriority(Priority);
      const found = findRule(RuleArn, ctx);
      if (!found.rule)
        throw operationNotPermitted(`Priority of the default rule '${RuleArn}' cannot be modified`);
      return { ...found, rule: found.rule, priority: Priority };
    });
    const given = wanted.map(({ priority }) => priority);
    const twice = given.find((priority, n) => given.indexOf(priority) !== n);
    if (twice !== undefined) throw validationError(`Priority '${twice}' was provided multiple times`);
    for (const { listener, priority } of wanted) {
      const moved = new Set(wanted.map(({ rule }) => rule.id));
      const others = rulesOf(listener, ctx.store).filter(({ id }) => !moved.has(id));
      if (others.some((other) => other.priority === priority)) throw priorityInUse(priority);
    }
    const Rules = wanted.map(({ listener, rule, arn, priority }) =>
      describeRule({ listener, rule: saveRule({ ...rule, priority }, ctx), arn }),
    );
    return { Rules };
  },
};

const allOf = ({ balancer, listener, arn }: FoundListener, ctx: Context): FoundRule[] =>
  [...rulesOf(listener, ctx.store), undefined].map((rule) => ({
    balancer,
    listener,
    rule,
    arn: ruleArn(arn, rule?.id ?? listener.ruleId),
  }));

/** In the order of their priorities, the default one last; the id tells those of several listeners apart. */
const sortKey = ({ rule, arn }: FoundRule): string =>
  `${String(rule?.priority ?? HIGHEST + 1).padStart(5, "0")} ${arn}`;

/** @throws ValidationError */
function checkPriority(priority: number): void {
  if (priority < 1 || priority > HIGHEST)
    throw validationError(`Priority '${priority}' must be between '1' and '${HIGHEST}'`);
}

/** @throws ValidationError */
function refuseTransforms(given: readonly unknown[] | undefined): void {
  if (given?.length) throw validationError("Squall serves no transforms of rules.");
}
