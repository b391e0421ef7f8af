import { hash32 } from "../core/site.ts";
import type { Title, Verdict } from "./judge.ts";
import type { Experiment } from "./plan.ts";
import { nameOfStep } from "./sites.ts";
import type { Difference } from "./world.ts";

/** A fault that the command does not survive. */
export interface Finding {
  /** `F-7c1e`: the same from run to run. */
  readonly id: string;
  readonly title: Title;
  readonly story: string;
  /** The resource that differs; empty where none does. */
  readonly arn: string;
  readonly experiment: Experiment;
  readonly differences: readonly Difference[];
  /** What it was found with. */
  readonly command: readonly string[];
  /** The tests that it was found with, when each is explored by itself. */
  readonly units: string[];
  /** Other faults at the same site with the same result. */
  readonly also: string[];
  /** How often it came again, of how many tries. */
  reproduced: number;
  tries: number;
}

type Found = Extract<Verdict, { kind: "finding" }>;

export function makeFinding(
  experiment: Experiment,
  { title, story, arn, differences }: Found,
  command: readonly string[],
  unit?: string,
): Finding {
  const sites = experiment.strikes.map(({ site }) => site.steps.slice(1).map(nameOfStep).join(">"));
  return {
    id: `F-${hex(hash32([...sites, title, arn].join("|"), 0x5f3759df))}`,
    title,
    story,
    arn,
    experiment,
    differences,
    command,
    units: unit === undefined ? [] : [unit],
    also: [],
    reproduced: 1,
    tries: 1,
  };
}

/** `Invoke(worker) > dynamodb.UpdateItem@stats#1 × lost-reply` */
export function placeOf({ strikes }: Experiment): string {
  return strikes.map(({ site, kind }) => `${site.steps.slice(1).join(" > ")} × ${kind.name}`).join("  and  ");
}

/** `  (flaky: 2 of 3 runs)`, and what was not seen often enough to tell; empty for what came again each time. */
export function doubtsOf({ reproduced, tries }: Pick<Finding, "reproduced" | "tries">): string {
  if (reproduced < tries) return `  (flaky: ${reproduced} of ${tries} runs)`;
  return tries < ENOUGH
    ? `  (seen in ${tries === 1 ? "one run" : `${tries} runs`} only: the budget is used up)`
    : "";
}

/** So many runs, all with the same result, make a finding sure. */
export const ENOUGH = 3;

const hex = (n: number): string => ((n >>> 0) & 0xffff).toString(16).padStart(4, "0");
