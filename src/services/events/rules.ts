import { page, pageOf } from "../../aws/page.ts";
import { compilePattern, PatternError } from "../../core/event-pattern/pattern.ts";
import { isRateInRightNumber, parseSchedule } from "../../core/schedule-expression.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import {
  invalidPattern,
  parameterInvalid,
  patternTooLong,
  ruleHasTargets,
  ruleIsManaged,
  tooMany,
  validation,
} from "./errors.ts";
import { DEFAULT_BUS, findBus } from "./event-bus.ts";
import { PAGE_SIZE, refuseToken } from "./lists.ts";
import { findRule, type RuleRecord, ruleArn, ruleRecords } from "./rule.ts";
import type { RuleClock } from "./rule-clock.ts";
import { tagging } from "./tags.ts";

const MOST_RULES = 300;
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html; the model's 4,096 is what the quota can be raised to. */
const LONGEST_PATTERN_BYTES = 2048;

/** Rules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html */
export const rules = (clock: RuleClock): Handlers<Events.Operations> => {
  const save = (rule: RuleRecord, ctx: Context) => {
    ctx.store.collection(ruleRecords).put([rule.bus, rule.name], rule);
    clock.look(ctx, rule);
  };

  return {
    PutRule(input, ctx) {
      const { name: bus } = findBus(input.EventBusName, ctx);
      if (input.EventPattern === undefined && input.ScheduleExpression === undefined)
        throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
      if (input.ScheduleExpression !== undefined && bus !== DEFAULT_BUS)
        throw validation("ScheduleExpression is supported only on the default event bus.");
      if (input.EventPattern !== undefined) {
        if (Buffer.byteLength(input.EventPattern) > LONGEST_PATTERN_BYTES)
          throw patternTooLong(input.Name, LONGEST_PATTERN_BYTES);
        checkPattern(input.EventPattern);
      }
      if (input.ScheduleExpression !== undefined) checkSchedule(input.ScheduleExpression);
      const collection = ctx.store.collection(ruleRecords);
      const before = collection.get([bus, input.Name]);
      if (!before && collection.count({ prefix: [bus] }) >= MOST_RULES) throw tooMany();
      const isSameSchedule = before !== undefined && before.schedule === input.ScheduleExpression;
      const rule: RuleRecord = {
        name: input.Name,
        bus,
        arn: ruleArn(ctx, bus, input.Name),
        ...(input.EventPattern !== undefined && { pattern: input.EventPattern }),
        ...(input.ScheduleExpression !== undefined && { schedule: input.ScheduleExpression }),
        state: input.State ?? "ENABLED",
        ...(input.Description !== undefined && { description: input.Description }),
        ...(input.RoleArn !== undefined && { roleArn: input.RoleArn }),
        // Tags that come with an update are not applied.
        tags: before?.tags ?? tagging.read(input.Tags),
        targets: before?.targets ?? [],
        anchorMs: isSameSchedule ? before.anchorMs : ctx.clock.now(),
      };
      save(rule, ctx);
      return { RuleArn: rule.arn };
    },

    DescribeRule(input, ctx) {
      const rule = findRule(input.Name, input.EventBusName, ctx);
      return { ...describe(rule), CreatedBy: ctx.account };
    },

    EnableRule(input, ctx) {
      save({ ...findRule(input.Name, input.EventBusName, ctx), state: "ENABLED" }, ctx);
    },

    DisableRule(input, ctx) {
      save({ ...findRule(input.Name, input.EventBusName, ctx), state: "DISABLED" }, ctx);
    },

    DeleteRule(input, ctx) {
      const { name: bus } = findBus(input.EventBusName, ctx);
      const rule = ctx.store.collection(ruleRecords).get([bus, input.Name]);
      // Deleting what is not there succeeds.
      if (!rule) return;
      if (rule.managedBy !== undefined && !input.Force) throw ruleIsManaged(rule.name);
      if (rule.targets.length > 0) throw ruleHasTargets();
      ctx.store.collection(ruleRecords).delete([bus, rule.name]);
      clock.look(ctx, rule);
    },

    ListRules({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
      const { name: bus } = findBus(query.EventBusName, ctx);
      const prefix = query.NamePrefix ?? "";
      const { items, nextToken } = pageOf(ctx.store.collection(ruleRecords), {
        size,
        token,
        query,
        prefix: [bus],
        keep: ({ name }) => name.startsWith(prefix),
        refuse: refuseToken,
      });
      return { Rules: items.map(describe), ...(nextToken && { NextToken: nextToken }) };
    },

    ListRuleNamesByTarget({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
      const { name: bus } = findBus(query.EventBusName, ctx);
      const { items, nextToken } = pageOf(ctx.store.collection(ruleRecords), {
        size,
        token,
        query,
        prefix: [bus],
        keep: ({ targets }) => targets.some(({ Arn }) => Arn === query.TargetArn),
        refuse: refuseToken,
      });
      return { RuleNames: items.map(({ name }) => name), ...(nextToken && { NextToken: nextToken }) };
    },

    ListTargetsByRule({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
      const rule = findRule(query.Rule, query.EventBusName, ctx);
      const { items, nextToken } = page(rule.targets, ({ Id }) => [Id], {
        size,
        token,
        query,
        refuse: refuseToken,
      });
      return { Targets: items, ...(nextToken && { NextToken: nextToken }) };
    },
  };
};

/** @throws InvalidEventPatternException */
export function checkPattern(text: string): void {
  try {
    compilePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalidPattern(error.message);
  }
}

/** @throws ValidationException */
function checkSchedule(text: string): void {
  const schedule = parseSchedule(text);
  const isRight =
    schedule && (schedule.kind === "rate" ? isRateInRightNumber(text) : schedule.kind === "cron");
  if (!isRight) throw parameterInvalid("ScheduleExpression");
}

function describe(rule: RuleRecord): Events.Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    ...(rule.pattern !== undefined && { EventPattern: rule.pattern }),
    ...(rule.schedule !== undefined && { ScheduleExpression: rule.schedule }),
    State: rule.state,
    ...(rule.description !== undefined && { Description: rule.description }),
    ...(rule.roleArn !== undefined && { RoleArn: rule.roleArn }),
    ...(rule.managedBy !== undefined && { ManagedBy: rule.managedBy }),
    EventBusName: rule.bus,
  };
}
