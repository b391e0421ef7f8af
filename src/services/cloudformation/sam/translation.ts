import type { DeploymentPreferences } from "./deployment-preferences.ts";
import type { Draft } from "./draft.ts";
import type { Resolve } from "./parameters.ts";
import type { SharedUsagePlan } from "./resources/usage-plan.ts";
import { mapIn, type Value, type Values } from "./value.ts";

/** What the translation of one template knows, and what its resources share. */
export interface Translation {
  /** The template as it was written, with globals merged; events write into its APIs, buckets and user pools. */
  readonly source: Values;
  /** The template as it will be. */
  readonly output: Values;
  readonly partition: string;
  readonly resolve: Resolve;
  readonly findInMap: Resolve;
  readonly deployments: DeploymentPreferences;
  readonly usagePlan: SharedUsagePlan;
  /** Record sets of custom domains, by the hosted zone that several APIs may share. */
  readonly recordSetGroups: Map<string, Draft>;
  /** The names of the functions behind each REST API: a change of them deploys it anew. */
  readonly functionNames: Map<string, string>;
  /** A number that is another one at each deployment, for `AlwaysDeploy`. */
  readonly now: number;
}

/** The resources of the template as it was written. */
export function resourcesOf(template: Values): Values {
  return mapIn(template, "Resources");
}

/** The conditions of the template as it will be; there are some once one is added. */
export function addConditions(translation: Translation, conditions: Values): void {
  Object.assign(mapIn(translation.output, "Conditions"), conditions);
}

/** What became of a resource: what it is made of, and under which id it goes on. */
export interface Translated {
  readonly drafts: readonly Draft[];
  /** The id that references to the resource shall have. */
  readonly id?: string;
}

/** A kind of resource that SAM knows. */
export interface SamResource {
  /** What may be referred to as `Id.Name`, by the type of what is made. */
  readonly references?: Readonly<Record<string, string>>;
  translate(id: string, resource: Values, translation: Translation): Translated;
}

export type { Value };
