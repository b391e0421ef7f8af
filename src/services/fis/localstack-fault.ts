import { parseDuration } from "../../core/clock.ts";
import type { FaultMatch } from "../../core/fault.ts";
import type { ActionParameter, ActionRun, ParameterValues } from "./action.ts";
import { DATA_PLANES, inRegion, servicesNamed, unknownOperation } from "./service-names.ts";

/** An experiment may last no longer than this. */
export const LONGEST_MS = 12 * 3_600_000;

/** Which calls the `localstack:generic:*` actions strike. */
export const CALL_PARAMETERS = {
  service: { type: "string", description: "Service, such as kms; default: all but fis." },
  operation: { type: "string", description: "Operation, such as ListKeys; default: all." },
  api: { type: "string", description: "Another name of operation; all means all." },
  region: { type: "string", description: "Region; default: the experiment's." },
  duration: {
    type: "duration",
    description: "How long the action lasts (ISO 8601 duration); default: until the experiment is stopped.",
  },
} as const satisfies Record<string, ActionParameter>;

/** Without a duration the action lasts until the experiment is stopped. */
export function untilStopped({ duration }: ParameterValues): number {
  return parseDuration(duration) ?? LONGEST_MS;
}

export function checkCalls({ service, operation, api }: ParameterValues): string | undefined {
  if (service === undefined || service === "all") return undefined;
  const services = servicesNamed(service);
  if (services.length === 0) return `Unknown service "${service}"`;
  if (services.includes("fis")) return "The API of fis is exempt from experiments";
  const wanted = operationNamed(operation, api);
  const unknown = wanted === undefined ? undefined : unknownOperation(services, [wanted]);
  return unknown && `Unknown operation "${unknown}" of the service "${service}"`;
}

/** The calls that are struck. fis is exempt, so that an experiment can always be stopped. */
export function callsOf(run: ActionRun): FaultMatch {
  const { service, operation, api, region } = run.parameters;
  const wanted = operationNamed(operation, api);
  const services =
    service === undefined || service === "all"
      ? ["fis", ...DATA_PLANES].map((name) => `!${name}`)
      : servicesNamed(service);
  return {
    service: services,
    ...(wanted !== undefined && { operation: wanted }),
    ...(region === undefined ? inRegion(services, run.experiment.region) : { region }),
    account: run.experiment.accounts,
  };
}

function operationNamed(operation: string | undefined, api: string | undefined): string | undefined {
  const name = operation ?? api;
  return name === undefined || name.toLowerCase() === "all" ? undefined : name;
}
