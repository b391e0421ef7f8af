import type { Entry } from "./book.ts";
import { outcomeOf, resourceOf, scopeOf, wordOf } from "./outcome.ts";

/** What of the calls is shown. */
export interface Filter {
  /** Words that must all stand somewhere in a call's line. */
  readonly text: string;
  readonly service: string;
  /** `ok`, `failed`, `dropped`, `struck`; empty for all. */
  readonly outcome: string;
  readonly scope: string;
  /** Only what came of one rule. */
  readonly rule: string;
}

export const NO_FILTER: Filter = { text: "", service: "", outcome: "", scope: "", rule: "" };

/** A line of the list: a call at its depth in the tree. */
export interface Row {
  readonly entry: Entry;
  readonly depth: number;
  /** It is only there because of what is below it. */
  readonly isContext: boolean;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
}

/** The lines from the newest tree to the oldest; what stands in `closed` shows nothing below it. */
export function rowsOf(newest: Iterable<Entry>, filter: Filter, closed: ReadonlySet<string>): Row[] {
  const fits = predicate(filter);
  const rows: Row[] = [];
  const add = (entry: Entry, depth: number): boolean => {
    const at = rows.length;
    const isWanted = fits(entry);
    const { children } = entry;
    const hasChildren = children.length > 0;
    const isOpen = hasChildren && !closed.has(entry.call.id);
    rows.push({ entry, depth, isContext: !isWanted, hasChildren, isOpen });
    let hasWanted = false;
    for (const child of children) hasWanted = add(child, depth + 1) || hasWanted;
    if (!isOpen && hasChildren) rows.length = at + 1;
    if (!isWanted && !hasWanted) rows.length = at;
    return isWanted || hasWanted;
  };
  for (const entry of newest) if (!entry.parent) add(entry, 0);
  return rows;
}

function predicate({ text, service, outcome, scope, rule }: Filter): (entry: Entry) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ call }) => {
    if (service !== "" && call.service !== service) return false;
    if (outcome !== "" && !endedSo(outcome, call)) return false;
    if (scope !== "" && scopeOf(call) !== scope) return false;
    if (rule !== "" && !call.decisions.some(({ ruleId }) => ruleId === rule)) return false;
    if (words.length === 0) return true;
    const line =
      `${call.service}.${call.operation} ${resourceOf(call)} ${wordOf(call)} ${call.faultRuleId ?? ""} ${scopeOf(call)} ${call.callerArn}`.toLowerCase();
    return words.every((word) => line.includes(word));
  };
}

function endedSo(wanted: string, call: Entry["call"]): boolean {
  if (wanted === "struck") return call.faultRuleId !== undefined;
  const outcome = outcomeOf(call);
  return wanted === "failed" ? outcome !== "ok" : outcome === wanted;
}
