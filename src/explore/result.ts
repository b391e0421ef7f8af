import type { CallRecord } from "../core/bus.ts";
import type { Verdict } from "./judge.ts";
import type { Experiment } from "./plan.ts";

/** Of a run as much as is needed later: there are many, and each may have made thousands of calls. */
export interface Result {
  readonly experiment: Experiment;
  readonly verdict: Verdict;
  /** The test that was run, when each is explored by itself. */
  readonly unit?: string;
  readonly exitCode: number | undefined;
  readonly tookMs: number;
  readonly output: string;
  /** Of the first call that was struck. */
  readonly attempts: readonly CallRecord[];
  /** By rule, how often it has struck. */
  readonly fired: ReadonlyMap<string, Fired>;
  /** The same with a second fault, at calls that no fault-free run makes. */
  readonly leadsTo: readonly Experiment[];
}

/** How often a rule has struck a call. */
export interface Fired {
  readonly attempts: number;
  /** Of these, attempts of the SDK at one and the same call: those that it made first. */
  readonly ofFirst: number;
}

/** What rules have struck, of all calls in the order of their beginning. */
export function firedIn(calls: readonly CallRecord[]): Map<string, Fired> {
  const found = new Map<string, { attempts: number; ofFirst: number; first: string | undefined }>();
  for (const { decisions, invocationId } of calls)
    for (const { ruleId, fired } of decisions) {
      if (!fired) continue;
      const known = found.get(ruleId);
      if (known === undefined) found.set(ruleId, { attempts: 1, ofFirst: 1, first: invocationId });
      else {
        known.attempts++;
        if (invocationId !== undefined && invocationId === known.first) known.ofFirst++;
      }
    }
  return found;
}
