import type * as SSM from "../../../models/generated/ssm.ts";
import type { ParameterDeclaration } from "../document-content.ts";
import { invalidExecutionParameters, invalidTarget } from "../errors.ts";
import { refusalOfValues } from "../runbook-checks.ts";
import type { ExecutionRecord, StepRecord } from "./execution.ts";
import { type Location, locationsOf } from "./locations.ts";

/**
 * An automation with targets and rate controls runs its runbook as often as it has targets, each time in an automation of its own.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-working-targets-and-rate-controls.html
 */
export interface Fleet {
  readonly parameterName?: string;
  readonly targets?: readonly SSM.Target[];
  readonly targetMaps?: SSM.TargetMaps;
  readonly targetType?: string;
  /** The parameters that were given for all of them. */
  readonly given: readonly string[];
  /** A number, or a percentage of the targets. */
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  /** Each with an automation of its own, on targets of its own. */
  readonly locations?: readonly SSM.TargetLocation[];
  /** Absent until the targets were looked for. */
  readonly resolved?: readonly FleetTarget[];
}

export interface FleetTarget {
  /** What its step is called. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Where it runs, when that is not where all began. */
  readonly location?: Location;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAutomationExecution.html */
const DEFAULT_CONCURRENCY = "10";
const DEFAULT_ERRORS = "0";

/** What is asked to run on targets; undefined for an automation that runs once. @throws InvalidTarget, InvalidAutomationExecutionParametersException */
export function fleetOf(
  input: SSM.StartAutomationExecutionRequest,
  declared: Readonly<Record<string, ParameterDeclaration>>,
  targetType: string | undefined,
): Fleet | undefined {
  const { TargetLocations: locations } = input;
  if (!locations?.length) return fleetHere(input, declared, targetType);
  const { rate, targets } = locationsOf(locations, ({ Targets, TargetsMaxConcurrency, TargetsMaxErrors }) =>
    fleetHere(
      {
        ...input,
        ...(Targets && { Targets }),
        ...(TargetsMaxConcurrency !== undefined && { MaxConcurrency: TargetsMaxConcurrency }),
        ...(TargetsMaxErrors !== undefined && { MaxErrors: TargetsMaxErrors }),
      },
      declared,
      targetType,
    ),
  );
  return {
    ...(input.TargetParameterName !== undefined && { parameterName: input.TargetParameterName }),
    ...(input.Targets && { targets: input.Targets }),
    ...(input.TargetMaps && { targetMaps: input.TargetMaps }),
    given: Object.keys(input.Parameters ?? {}),
    maxConcurrency: rate.TargetLocationMaxConcurrency,
    maxErrors: rate.TargetLocationMaxErrors,
    locations,
    resolved: targets,
  };
}

function fleetHere(
  input: SSM.StartAutomationExecutionRequest,
  declared: Readonly<Record<string, ParameterDeclaration>>,
  targetType: string | undefined,
): Fleet | undefined {
  const { Targets: targets, TargetMaps: targetMaps, TargetParameterName: parameterName } = input;
  if (!targets?.length && !targetMaps?.length) return undefined;
  if (targets?.length && targetMaps?.length)
    throw invalidTarget("Both Targets and TargetMaps can't be specified together.");
  if (targets?.length && parameterName === undefined)
    throw invalidTarget("TargetParameterName is required if you specify Targets.");
  const other = targets?.find(({ Key = "" }) => !KEY.test(Key));
  if (other) throw invalidTarget(`The target key ${other.Key} is not valid.`);
  const names = [parameterName ?? [], ...(targetMaps ?? []).map((map) => Object.keys(map))].flat();
  const unknown = names.filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0)
    throw invalidExecutionParameters(`Unknown parameters: [${[...new Set(unknown)].join(", ")}].`);
  const ofTargets = targets
    ?.filter(({ Key }) => Key === "ParameterValues")
    .flatMap(({ Values = [] }) => Values);
  const given = [
    ...(targetMaps ?? []),
    ...(ofTargets ?? []).map((value) => ({ [parameterName ?? ""]: [value] })),
  ];
  for (const [name, values] of given.flatMap((map) => Object.entries(map))) {
    const refusal = refusalOfValues(name, values, declared[name] ?? { type: "String" });
    if (refusal) throw invalidExecutionParameters(refusal);
  }
  return {
    ...(parameterName !== undefined && { parameterName }),
    ...(targets && { targets }),
    ...(targetMaps && { targetMaps }),
    ...(targetType !== undefined && { targetType }),
    given: Object.keys(input.Parameters ?? {}),
    maxConcurrency: input.MaxConcurrency ?? DEFAULT_CONCURRENCY,
    maxErrors: input.MaxErrors ?? DEFAULT_ERRORS,
  };
}

const KEY = /^(?:ParameterValues|ResourceGroup|AWS::EC2::Instance|tag:.+)$/;

/** The parameters that targets bring with them. */
export function broughtBy({ parameterName, targetMaps }: Fleet): readonly string[] {
  if (targetMaps) return [...new Set(targetMaps.flatMap((map) => Object.keys(map)))];
  return parameterName === undefined ? [] : [parameterName];
}

/** What is to happen next, by how the automations of its targets are by now. */
export interface Advance {
  readonly steps: readonly StepRecord[];
  /** The targets whose turn it is. */
  readonly begin: readonly FleetTarget[];
  /** How it has ended. */
  readonly end?: Pick<ExecutionRecord, "status" | "failureMessage">;
}

export function advanced(
  { fleet, steps: before, stopping }: Pick<ExecutionRecord, "fleet" | "steps" | "stopping">,
  childAt: (index: number) => Pick<ExecutionRecord, "status" | "endedMs" | "failureMessage"> | undefined,
): Advance {
  const targets = fleet?.resolved ?? [];
  const steps = before.map((step, at) => (step.endedMs === undefined ? asChild(step, childAt(at)) : step));
  const ended = steps.filter(({ endedMs }) => endedMs !== undefined);
  const errors = ended.filter(({ status }) => status === "Failed" || status === "TimedOut").length;
  const running = steps.length - ended.length;
  const hasFailed = isExceeded(fleet?.maxErrors ?? DEFAULT_ERRORS, errors, targets.length);
  if (stopping === undefined && !hasFailed) {
    const most = Math.min(
      concurrencyOf(fleet?.maxConcurrency ?? DEFAULT_CONCURRENCY, targets.length),
      // One at first, then two more, then four …
      2 ** Math.floor(Math.log2(ended.length + 1)),
    );
    const begin = targets.slice(steps.length, steps.length + Math.max(0, most - running));
    if (begin.length > 0 || running > 0) return { steps, begin };
  } else if (running > 0) return { steps, begin: [] };
  const end = hasFailed
    ? {
        status: "Failed",
        failureMessage: `The error threshold was exceeded: ${errors} automations have failed.`,
      }
    : { status: stopping === "Cancel" ? "Cancelled" : "Success" };
  return { steps, begin: [], end };
}

const asChild = (
  step: StepRecord,
  child: Pick<ExecutionRecord, "status" | "endedMs" | "failureMessage"> | undefined,
): StepRecord => {
  const { status = "Cancelled", endedMs, failureMessage } = child ?? { endedMs: step.startedMs };
  return {
    ...step,
    status,
    ...(endedMs !== undefined && { endedMs }),
    ...(failureMessage !== undefined && { failureMessage }),
  };
};

const percentIn = (text: string) => /^(\d+)%$/.exec(text)?.[1];

export function concurrencyOf(text: string, total: number): number {
  const percent = percentIn(text);
  return percent === undefined ? Number(text) : Math.max(1, Math.floor((Number(percent) * total) / 100));
}

/**
 * "If you specify an absolute number of 3 errors, the system stops when the fourth error is received"; of 50 targets and 10 %, "when the
 * fifth error is received": https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-working-rate-controls.html
 */
export function isExceeded(text: string, errors: number, total: number): boolean {
  const percent = percentIn(text);
  return percent === undefined
    ? errors > Number(text)
    : errors >= Math.max(1, Math.floor((Number(percent) * total) / 100));
}

/** Where the automation of a step is kept: steps are in the order of targets. */
export const placeAt = ({ fleet, account, region }: ExecutionRecord, index: number) => {
  const location = fleet?.resolved?.[index]?.location;
  return location ? { account: location.account, region: location.region } : { account, region };
};

/** What descriptions of an automation say of its targets. */
export function describeFleet({ fleet }: ExecutionRecord) {
  if (!fleet) return { Targets: [], ResolvedTargets: { ParameterValues: [], Truncated: false } };
  return {
    ...(fleet.parameterName !== undefined && { TargetParameterName: fleet.parameterName }),
    Targets: [...(fleet.targets ?? [])],
    ...(fleet.targetMaps && { TargetMaps: fleet.targetMaps }),
    ResolvedTargets: {
      ParameterValues: fleet.locations ? [] : (fleet.resolved ?? []).map(({ name }) => name),
      Truncated: false,
    },
    ...(fleet.locations && { TargetLocations: [...fleet.locations] }),
    MaxConcurrency: fleet.maxConcurrency,
    MaxErrors: fleet.maxErrors,
  };
}

export function progressOf({ fleet, steps }: ExecutionRecord): SSM.ProgressCounters | undefined {
  if (!fleet) return undefined;
  const count = (wanted: string) => steps.filter(({ status }) => status === wanted).length;
  return {
    TotalSteps: fleet.resolved?.length ?? 0,
    SuccessSteps: count("Success"),
    FailedSteps: count("Failed"),
    CancelledSteps: count("Cancelled"),
    TimedOutSteps: count("TimedOut"),
  };
}

export const describeFleetStep = (step: StepRecord, location: Location | undefined): SSM.StepExecution => ({
  StepName: step.name,
  Action: step.action,
  ExecutionStartTime: new Date(step.startedMs),
  ...(step.endedMs !== undefined && { ExecutionEndTime: new Date(step.endedMs) }),
  StepStatus: step.status,
  // As they are: those of a runbook's own steps are JSON.
  Inputs: Object.fromEntries(Object.entries(step.inputs).map(([name, value]) => [name, String(value)])),
  Outputs: {},
  ...(location && { TargetLocation: { Accounts: [location.account], Regions: [location.region] } }),
  ...(step.failureMessage !== undefined && { FailureMessage: step.failureMessage }),
  StepExecutionId: step.id,
});

/** The automation of one target, and its step in that of all. */
export function childOf(
  parent: ExecutionRecord,
  target: FleetTarget,
  { id, nowMs }: { readonly id: string; readonly nowMs: number },
): { child: ExecutionRecord; step: StepRecord } {
  const { fleet: _, parentPlace: __, ...inherited } = parent;
  const { location } = target;
  const child: ExecutionRecord = {
    ...inherited,
    id,
    parameters: { ...parent.parameters, ...target.parameters },
    status: "InProgress",
    steps: [],
    next: parent.content.mainSteps?.[0]?.name,
    outputs: {},
    startedMs: nowMs,
    parentId: parent.id,
    target: target.name,
    tags: {},
    ...(location && {
      ...location,
      documentOwner: parent.documentOwner ?? parent.account,
      parentPlace: { account: parent.account, region: parent.region },
    }),
  };
  const step: StepRecord = {
    id,
    name: target.name,
    action: "aws:executeAutomation",
    status: "InProgress",
    startedMs: nowMs,
    inputs: target.parameters,
    outputs: {},
  };
  return { child, step };
}
