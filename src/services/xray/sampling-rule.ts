import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { ruleNotFound } from "./errors.ts";

/** A sampling rule as it is kept, by its name. */
export interface SamplingRuleRecord {
  readonly name: string;
  readonly arn: string;
  readonly resourceArn: string;
  readonly priority: number;
  readonly fixedRate: number;
  readonly reservoirSize: number;
  readonly serviceName: string;
  readonly serviceType: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Key: [name]. */
export const ruleRecords = defineCollection<SamplingRuleRecord>({ name: "sampling-rules" });

export const DEFAULT_RULE = "Default";

/** The rule that is always there: one request a second, and 5 % of the others. */
const defaultRule = ({ account, region }: { account: string; region: string }): SamplingRuleRecord => ({
  name: DEFAULT_RULE,
  arn: makeArn("xray", region, account, `sampling-rule/${DEFAULT_RULE}`),
  resourceArn: "*",
  priority: 10_000,
  fixedRate: 0.05,
  reservoirSize: 1,
  serviceName: "*",
  serviceType: "*",
  host: "*",
  method: "*",
  path: "*",
  attributes: {},
  createdAtMs: 0,
  modifiedAtMs: 0,
  tags: {},
});

/** All rules, the default one among them, by their names. */
export function allRules(ctx: Context): SamplingRuleRecord[] {
  const kept = [...ctx.store.collection(ruleRecords).values()];
  return kept.some(({ name }) => name === DEFAULT_RULE) ? kept : [defaultRule(ctx), ...kept];
}

/** By its name or its ARN. @throws InvalidRequestException */
export function findRule(
  { RuleName, RuleARN }: Pick<XRay.SamplingRuleUpdate, "RuleName" | "RuleARN">,
  ctx: Context,
): SamplingRuleRecord {
  const name = RuleName ?? RuleARN?.split("/").at(-1) ?? "";
  const rule = allRules(ctx).find((one) => one.name === name);
  if (!rule || (RuleARN !== undefined && rule.arn !== RuleARN)) throw ruleNotFound();
  return rule;
}

export function saveRule(rule: SamplingRuleRecord, ctx: Context): void {
  ctx.store.collection(ruleRecords).put([rule.name], rule);
}

export const describeRule = (rule: SamplingRuleRecord) => ({
  SamplingRule: {
    RuleName: rule.name,
    RuleARN: rule.arn,
    ResourceARN: rule.resourceArn,
    Priority: rule.priority,
    FixedRate: rule.fixedRate,
    ReservoirSize: rule.reservoirSize,
    ServiceName: rule.serviceName,
    ServiceType: rule.serviceType,
    Host: rule.host,
    HTTPMethod: rule.method,
    URLPath: rule.path,
    Version: 1,
    Attributes: { ...rule.attributes },
  },
  CreatedAt: new Date(rule.createdAtMs),
  ModifiedAt: new Date(rule.modifiedAtMs),
});
