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
  readonly experiment: Experiment;
  readonly differences: readonly Difference[];
  /** Other faults at the same site with the same result. */
  readonly also: string[];
  /** How often it came again, of how many tries. */
  reproduced: number;
  tries: number;
}

type Found = Extract<Verdict, { kind: "finding" }>;

export function makeFinding(experiment: Experiment, { title, story, arn, differences }: Found): Finding {
  const sites = experiment.strikes.map(({ site }) => site.steps.slice(1).map(nameOfStep).join(">"));
  return {
    id: `F-${hex(hash32([...sites, title, arn].join("|"), 0x5f3759df))}`,
    title,
    story,
    experiment,
    differences,
    also: [],
    reproduced: 1,
    tries: 1,
  };
}

/** `Invoke(worker) > dynamodb.UpdateItem@stats#1 × lost-reply` */
export function placeOf({ strikes }: Experiment): string {
  return strikes.map(({ site, kind }) => `${site.steps.slice(1).join(" > ")} × ${kind.name}`).join("  and  ");
}

const hex = (n: number): string => ((n >>> 0) & 0xffff).toString(16).padStart(4, "0");
