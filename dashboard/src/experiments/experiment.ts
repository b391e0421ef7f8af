import { ask, Refused } from "../api.ts";
import { on } from "../events.ts";
import { Store } from "../store.ts";

export interface Action {
  readonly actionId: string;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly targets?: Readonly<Record<string, string>>;
  readonly startAfter?: readonly string[];
  readonly startTime?: unknown;
  readonly endTime?: unknown;
  readonly state?: { readonly status: string; readonly reason?: string };
}

/** An experiment as `GET /_squall/experiments` gives it. */
export interface Experiment {
  readonly id: string;
  readonly arn: string;
  readonly experimentTemplateId: string;
  readonly state: { readonly status: string; readonly reason?: string };
  readonly creationTime: unknown;
  readonly startTime?: unknown;
  readonly endTime?: unknown;
  readonly actions: Readonly<Record<string, Action>>;
  readonly targets: Readonly<Record<string, object>>;
  readonly stopConditions?: readonly { readonly source: string; readonly value?: string }[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
}

/** All there are, the newest first; `undefined` until they have been read. */
export const experiments = new Store<readonly Experiment[] | undefined>(undefined);

export async function readExperiments(): Promise<void> {
  try {
    experiments.set((await ask<{ experiments: Experiment[] }>("GET", "/_squall/experiments")).experiments);
  } catch (error) {
    // A gateway has no experiments; that Squall is not there is said above of the view.
    if (error instanceof Refused) experiments.set(experiments.value ?? []);
  }
}

on("fis.experiment", () => void readExperiments());
on("anew", () => void readExperiments());

const OVER = new Set(["completed", "stopped", "failed", "cancelled"]);
export const isOver = (status: string): boolean => OVER.has(status);
