/**
 * The rule of a composite alarm: `ALARM(cpu) AND NOT (OK("disk") OR FALSE)`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
import { alarmName, type StateValue } from "./alarm.ts";

export type Rule =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "state"; readonly alarm: string; readonly state: StateValue }
  | { readonly kind: "not"; readonly operand: Rule }
  | { readonly kind: "and" | "or"; readonly left: Rule; readonly right: Rule };

/** A rule that is none; `position` counts from 0. */
export class RuleError extends Error {
  readonly position: number;
  constructor(position: number) {
    super(`Syntax error at position ${position}`);
    this.position = position;
  }
}

const DEEPEST = 100;

/** @throws RuleError */
export function parseRule(text: string): Rule {
  let at = 0;
  let depth = 0;
  const skip = () => {
    while (at < text.length && /\s/.test(text.charAt(at))) at++;
  };
  const takes = (pattern: RegExp): string | undefined => {
    skip();
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };

  const or = (): Rule => {
    let left = and();
    while (takes(/OR\b/iy)) left = { kind: "or", left, right: and() };
    return left;
  };
  const and = (): Rule => {
    let left = operand();
    while (takes(/AND\b/iy)) left = { kind: "and", left, right: operand() };
    return left;
  };
  const operand = (): Rule => {
    if (++depth > DEEPEST) throw new RuleError(at);
    try {
      if (takes(/NOT\b/iy)) return { kind: "not", operand: operand() };
      if (takes(/\(/y)) {
        const inner = or();
        if (!takes(/\)/y)) throw new RuleError(at);
        return inner;
      }
      const constant = takes(/(?:TRUE|FALSE)\b/iy);
      if (constant) return { kind: "constant", value: constant.toUpperCase() === "TRUE" };
      const state = takes(/(?:ALARM|OK|INSUFFICIENT_DATA)(?=\s*\()/iy);
      if (!state) throw new RuleError(at);
      takes(/\(/y);
      return { kind: "state", state: state.toUpperCase() as StateValue, alarm: name() };
    } finally {
      depth--;
    }
  };
  /** A name, up to its closing parenthesis; in quotes it may hold anything. */
  const name = (): string => {
    skip();
    const quoted = takes(/"(?:\\.|[^"\\])*"/y);
    const given =
      quoted === undefined ? takes(/[^()"]+/y)?.trim() : quoted.slice(1, -1).replace(/\\(.)/g, "$1");
    if (!given || !takes(/\)/y)) throw new RuleError(at);
    return alarmName(given);
  };

  const rule = or();
  skip();
  if (at < text.length) throw new RuleError(at);
  return rule;
}

/** Is the rule met? @param stateOf the state of an alarm by its name; undefined when there is none */
export function isMet(rule: Rule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !isMet(rule.operand, stateOf);
    case "and":
      return isMet(rule.left, stateOf) && isMet(rule.right, stateOf);
    case "or":
      return isMet(rule.left, stateOf) || isMet(rule.right, stateOf);
  }
}

/** The alarms that a rule names, each once. */
export function alarmsIn(rule: Rule): string[] {
  switch (rule.kind) {
    case "constant":
      return [];
    case "state":
      return [rule.alarm];
    case "not":
      return alarmsIn(rule.operand);
    default:
      return [...new Set([...alarmsIn(rule.left), ...alarmsIn(rule.right)])];
  }
}
