import type { Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { ruleIsManaged, tooMany } from "./errors.ts";
import { findRule, ruleRecords } from "./rule.ts";
import { checkTargets } from "./target-checks.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_TARGETS = 5;

/** What rules send to: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html */
export const targets: Handlers<Events.Operations> = {
  PutTargets(input, ctx) {
    const rule = findRule(input.Rule, input.EventBusName, ctx);
    checkTargets(input.Targets, rule, ctx);
    const given = new Map(input.Targets.map((target) => [target.Id, target]));
    const kept = rule.targets.filter(({ Id }) => !given.has(Id));
    if (kept.length + given.size > MOST_TARGETS) throw tooMany();
    ctx.store
      .collection(ruleRecords)
      .put([rule.bus, rule.name], { ...rule, targets: [...kept, ...given.values()] });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  RemoveTargets(input, ctx) {
    const rule = findRule(input.Rule, input.EventBusName, ctx);
    if (rule.managedBy !== undefined && !input.Force) throw ruleIsManaged(rule.name);
    const kept = rule.targets.filter(({ Id }) => !input.Ids.includes(Id));
    ctx.store.collection(ruleRecords).put([rule.bus, rule.name], { ...rule, targets: kept });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
};
