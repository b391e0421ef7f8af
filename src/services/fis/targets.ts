import { parseArn } from "../../core/arn.ts";
import type { Resource, ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import { behindLast } from "../../core/text.ts";
import type * as FIS from "../../models/generated/fis.ts";
import type { TargetResource } from "./action.ts";
import { FINDERS } from "./eks/find.ts";
import type { Experiment, ResolvedTarget } from "./experiment.ts";
import type { Place } from "./ids.ts";
import { currentName, RESOURCE_TYPES } from "./resource-types.ts";
import { parseSelectionMode, select } from "./selection-mode.ts";
import { EMPTY, TargetFailure } from "./target-failure.ts";
import { passesFilters, type TargetFilter } from "./target-filter.ts";

/** The accounts that an experiment targets: those of its configurations, or its own. */
export function targetedAccounts(experiment: Experiment, place: Place): string[] {
  if (experiment.accountTargeting !== "multi-account") return [place.account];
  return experiment.accountConfigurations.map(({ accountId }) => accountId);
}

/**
 * The resources of one target, chosen as its selection mode says.
 * @throws TargetFailure when an ARN names nothing that is there
 */
export async function resolveTarget(
  name: string,
  target: FIS.ExperimentTemplateTarget,
  experiment: Experiment,
  place: Place,
  host: ServiceHost,
): Promise<ResolvedTarget[]> {
  const type = currentName(target.resourceType ?? "");
  const found: TargetResource[] = [];
  // One that is named twice is one target.
  const named = [...new Set(target.resourceArns)];
  for (const account of targetedAccounts(experiment, place)) {
    const find = FINDERS[type];
    const arns = named.filter((arn) => (parseArn(arn)?.account || place.account) === account);
    if (find !== undefined) {
      if (named.length === 0 || arns.length > 0)
        found.push(
          ...(await find({ ...target, resourceArns: arns }, { account, region: place.region }, host)),
        );
      continue;
    }
    const resources = await host.resources(type, { account, region: place.region });
    const known = resources === undefined ? undefined : [...resources];
    if (named.length > 0) {
      for (const arn of arns) {
        if (isMissing(arn, type, known, host.strict)) throw new TargetFailure(EMPTY);
        found.push({ arn, account });
      }
    } else {
      for (const resource of known ?? [])
        if (isMeant(resource, target, type)) found.push({ arn: resource.arn, account });
    }
  }
  const mode = sure(parseSelectionMode(target.selectionMode ?? "ALL"));
  const draw = (at: number) => host.random.draw(`fis/${experiment.number}/${name}`, at);
  return select(found, mode, draw).map((resource) => ({ targetName: name, resourceType: type, ...resource }));
}

/** @throws TargetFailure for a target that is empty where it must not be */
export function checkResolved(resolved: readonly ResolvedTarget[], mode: string): void {
  if (resolved.length === 0 && mode !== "skip") throw new TargetFailure(EMPTY);
}

/** Nobody can say so of a resource whose service is not here; and a role may be used without having been created. */
function isMissing(
  arn: string,
  type: string,
  known: readonly Resource[] | undefined,
  strict: boolean,
): boolean {
  if (known === undefined || (type === "aws:iam:role" && !strict)) return false;
  return !known.some((resource) => resource.arn === arn);
}

function isMeant(
  resource: Resource,
  { resourceTags, filters, parameters }: FIS.ExperimentTemplateTarget,
  type: string,
): boolean {
  const hasTags = Object.entries(resourceTags ?? {}).every(([key, value]) => resource.tags[key] === value);
  if (!hasTags || !passesFilters(resource.attributes, (filters ?? []) as TargetFilter[])) return false;
  return Object.entries(parameters ?? {}).every(([name, value]) => {
    const { is, isList } = RESOURCE_TYPES[type]?.parameters?.[name] ?? {};
    if (isList && value === "all") return true;
    // A VPC may be named by its ARN, too.
    const values = isList ? value.split(",").map((one) => one.trim()) : [value, behindLast("/", value)];
    return is === undefined || is.some((path) => passesFilters(resource.attributes, [{ path, values }]));
  });
}
