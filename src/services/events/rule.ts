import { makeArn } from "../../core/arn.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Events from "../../models/generated/events.ts";
import { ruleNotFound } from "./errors.ts";
import { DEFAULT_BUS, findBus, type Where } from "./event-bus.ts";

/** A rule as it is kept, with its targets, by its bus and its name. */
export interface RuleRecord {
  readonly name: string;
  readonly bus: string;
  readonly arn: string;
  readonly pattern?: string;
  readonly schedule?: string;
  readonly state: string;
  readonly description?: string;
  readonly roleArn?: string;
  readonly managedBy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly Events.Target[];
  /** What a rate is counted from, in epoch milliseconds. */
  readonly anchorMs: number;
}

export const ruleRecords = defineCollection<RuleRecord>({ name: "rules" });

export const ruleArn = ({ account, region }: Where, bus: string, name: string) =>
  makeArn("events", region, account, `rule/${bus === DEFAULT_BUS ? "" : `${bus}/`}${name}`);

/** @throws ResourceNotFoundException for a bus or a rule that is not there */
export function findRule(name: string, bus: string | undefined, ctx: Context): RuleRecord {
  const { name: busName } = findBus(bus, ctx);
  const rule = ctx.store.collection(ruleRecords).get([busName, name]);
  if (!rule) throw ruleNotFound(name, busName);
  return rule;
}

/** Of which sources a rule wants the events that AWS's services send; one that sends nothing to anybody wants none. */
export function sourcesHeard(rule: RuleRecord): readonly string[] | true {
  const { bus, pattern, targets } = rule;
  if (bus !== DEFAULT_BUS || !isEnabled(rule) || pattern === undefined || targets.length === 0) return [];
  return sourcesIn(pattern);
}

/** The sources that a pattern names; `true` when it names none, or in other ways than by their whole names. */
export function sourcesIn(pattern: string | undefined): readonly string[] | true {
  const source: unknown =
    pattern === undefined ? undefined : (readJson(pattern) as { source?: unknown }).source;
  return Array.isArray(source) && source.every((name) => typeof name === "string") ? source : true;
}

/** Of the calls that CloudTrail tells of, also those that only read. */
export const hearsReads = ({ state }: RuleRecord): boolean =>
  state === "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

export const isEnabled = ({ state }: RuleRecord): boolean => state !== "DISABLED";
