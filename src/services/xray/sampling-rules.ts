import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { invalidRequest, invalidToken, ruleExists, tooManyRules } from "./errors.ts";
import {
  allRules,
  DEFAULT_RULE,
  describeRule,
  findRule,
  ruleRecords,
  type SamplingRuleRecord,
  saveRule,
} from "./sampling-rule.ts";
import { tagging } from "./tags.ts";

/** Custom rules of a region: https://docs.aws.amazon.com/general/latest/gr/xray.html */
const MOST_RULES = 25;
/** Inferred: AWS does not say. */
const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/xray/latest/api/API_CreateSamplingRule.html and its neighbours */
export const samplingRules: Handlers<XRay.Operations> = {
  CreateSamplingRule({ SamplingRule: given, Tags }, ctx) {
    const { RuleName: name } = given;
    if (name === undefined) throw invalidRequest("Missing parameter RuleName.");
    if (given.RuleARN !== undefined) throw invalidRequest("RuleARN cannot be given when a rule is created.");
    if (given.Version !== 1) throw invalidRequest("Version must be 1.");
    const kept = ctx.store.collection(ruleRecords);
    if (allRules(ctx).some((rule) => rule.name === name)) throw ruleExists(name);
    if (kept.count() >= MOST_RULES) throw tooManyRules(MOST_RULES);
    const now = ctx.clock.now();
    const rule: SamplingRuleRecord = {
      name,
      arn: makeArn("xray", ctx.region, ctx.account, `sampling-rule/${name}`),
      resourceArn: given.ResourceARN,
      priority: given.Priority,
      fixedRate: given.FixedRate,
      reservoirSize: given.ReservoirSize,
      serviceName: given.ServiceName,
      serviceType: given.ServiceType,
      host: given.Host,
      method: given.HTTPMethod,
      path: given.URLPath,
      attributes: given.Attributes ?? {},
      createdAtMs: now,
      modifiedAtMs: now,
      tags: tagging(name).read(Tags),
    };
    saveRule(rule, ctx);
    return { SamplingRuleRecord: describeRule(rule) };
  },

  GetSamplingRules({ NextToken: token }, ctx) {
    const { items, nextToken } = page(allRules(ctx), ({ name }) => [name], {
      size: PAGE_SIZE,
      token,
      refuse: invalidToken,
    });
    return { SamplingRuleRecords: items.map(describeRule), ...(nextToken && { NextToken: nextToken }) };
  },

  UpdateSamplingRule({ SamplingRuleUpdate: update }, ctx) {
    const before = findRule(update, ctx);
    // https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html: of the default rule only these two.
    if (before.name === DEFAULT_RULE && isMoreThanRate(update))
      throw invalidRequest("Only the fixed rate and the reservoir size of the default rule can be changed.");
    const rule: SamplingRuleRecord = {
      ...before,
      resourceArn: update.ResourceARN ?? before.resourceArn,
      priority: update.Priority ?? before.priority,
      fixedRate: update.FixedRate ?? before.fixedRate,
      reservoirSize: update.ReservoirSize ?? before.reservoirSize,
      serviceName: update.ServiceName ?? before.serviceName,
      serviceType: update.ServiceType ?? before.serviceType,
      host: update.Host ?? before.host,
      method: update.HTTPMethod ?? before.method,
      path: update.URLPath ?? before.path,
      attributes: update.Attributes ?? before.attributes,
      modifiedAtMs: ctx.clock.now(),
    };
    checkNumbers(rule);
    saveRule(rule, ctx);
    return { SamplingRuleRecord: describeRule(rule) };
  },

  DeleteSamplingRule(input, ctx) {
    const rule = findRule(input, ctx);
    if (rule.name === DEFAULT_RULE) throw invalidRequest("The default rule cannot be deleted.");
    ctx.store.collection(ruleRecords).delete([rule.name]);
    return { SamplingRuleRecord: describeRule(rule) };
  },
};

/** An update's numbers have no bounds in the model. */
function checkNumbers({ priority, fixedRate, reservoirSize }: SamplingRuleRecord): void {
  if (priority < 1 || (priority > 9999 && priority !== 10_000))
    throw invalidRequest("Priority must be between 1 and 9999.");
  if (fixedRate < 0 || fixedRate > 1) throw invalidRequest("FixedRate must be between 0 and 1.");
  if (reservoirSize < 0) throw invalidRequest("ReservoirSize must not be negative.");
}

function isMoreThanRate(update: XRay.SamplingRuleUpdate): boolean {
  const { RuleName: _, RuleARN: __, FixedRate: ___, ReservoirSize: ____, ...others } = update;
  return Object.values(others).some((value) => value !== undefined);
}
