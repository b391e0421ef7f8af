import type { FaultRule } from "../../../src/core/fault.ts";
import { ask } from "../api.ts";
import { on } from "../events.ts";
import { Store } from "../store.ts";

/** A rule as `GET /_squall/faults` gives it. */
export type Rule = FaultRule & { readonly matched: number; readonly fired: number };

/** The rules there are; `undefined` until they have been read. */
export const rules = new Store<readonly Rule[] | undefined>(undefined);

let isReading = false;
let isStale = false;

/** Reads them, once however many ask at the same time. */
export async function readRules(): Promise<void> {
  isStale = true;
  if (isReading) return;
  isReading = true;
  try {
    while (isStale) {
      isStale = false;
      rules.set((await ask<{ rules: Rule[] }>("GET", "/_squall/faults")).rules);
    }
  } catch {
    // The head of the page says that Squall is not there, or wants its token.
  } finally {
    isReading = false;
  }
}

on("fault.rule", () => void readRules());
on("anew", () => void readRules());

/** A match, or another record, in a line: `dynamodb PutItem orders`. */
export function matchText({ match, point }: Pick<Rule, "match" | "point">): string {
  const { service, operation, ...others } = match;
  const names = [service, operation].map((names) => (names === undefined ? "*" : [names].flat().join("|")));
  const rest = Object.entries(others).map(([name, value]) => `${name}=${textOf(value)}`);
  return [names.join("."), ...rest, ...(point === "api" ? [] : [`at ${point}`])].join(" ");
}

/** An effect with what it was given: `latency ms=200`. */
export function effectText({ effect, params }: Pick<Rule, "effect" | "params">): string {
  return [effect, ...Object.entries(params).map(([name, value]) => `${name}=${textOf(value)}`)].join(" ");
}

/** How often, where that is not each time. */
export function frequencyText(rule: Rule): string {
  const { percentage, times, skip, every, sequence, per, attempts, ramp } = rule;
  return [
    `${percentage} %`,
    ...(ramp ? [`ramping from ${ramp.from} %`] : []),
    ...(times === undefined ? [] : [`${times} times`]),
    ...(skip === undefined ? [] : [`after ${skip}`]),
    ...(every === undefined ? [] : [`each ${every}.`]),
    ...(sequence === undefined ? [] : [sequence.join(",")]),
    ...(per === undefined ? [] : [`per ${per}`]),
    ...(attempts === undefined ? [] : [`${attempts} attempts`]),
  ].join(", ");
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : Array.isArray(value) ? value.join("|") : JSON.stringify(value);
