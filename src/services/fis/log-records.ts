import type { Experiment, ExperimentAction, ExperimentError, ResolvedTarget } from "./experiment.ts";

/** A record of an experiment's log: https://docs.aws.amazon.com/fis/latest/userguide/monitoring-logging.html */
export interface LogRecord {
  readonly id: string;
  readonly log_type: string;
  readonly event_timestamp: string;
  readonly version: string;
  readonly details: Readonly<Record<string, unknown>>;
}

type Details = LogRecord["details"];

/** A record's type, what it says, and when it was written. */
export type Told = readonly [type: string, details: Details, atMs: number];

/** What the records of each type say. Version 1 knows no `target-resolution-detail` and no `action-error`. */
export const recordDetails = {
  experimentStart: ({ templateId, startedAtMs }: Experiment): Details => ({
    experiment_template_id: templateId,
    experiment_start_time: iso(startedAtMs),
  }),

  targetResolutionStart: (name: string, nowMs: number): Details => ({
    target_resolution_start_time: iso(nowMs),
    target_name: name,
  }),

  targetResolutionDetail: (
    name: string,
    type: string,
    accountId: string,
    result: { count: number; failure?: string },
    nowMs: number,
  ): Details => ({
    target_resolution_end_time: iso(nowMs),
    target_name: name,
    target_type: type,
    account_id: accountId,
    resolved_targets_count: result.count,
    status: result.failure === undefined ? "completed" : "failed",
    ...(result.failure !== undefined && { error_information: result.failure }),
  }),

  targetResolutionEnd: (
    name: string,
    type: string,
    result: { resolved: readonly ResolvedTarget[]; failure?: string },
    nowMs: number,
    version: number,
  ): Details => ({
    target_resolution_end_time: iso(nowMs),
    target_name: name,
    ...(version > 1 && { target_type: type }),
    resolved_targets: result.resolved.map(({ arn, information }) =>
      version > 1 ? (information ?? { arn }) : arn,
    ),
    page: 1,
    total_pages: 1,
    ...(result.failure !== undefined && version > 1 && { error_information: result.failure }),
  }),

  actionStart: (name: string, action: ExperimentAction): Details => ({
    action_name: name,
    action_id: action.actionId,
    action_start_time: iso(action.startedAtMs ?? 0),
    action_targets: action.targets ?? {},
    ...(Object.keys(action.parameters ?? {}).length > 0 && { parameters: action.parameters }),
  }),

  actionError: (name: string, action: ExperimentAction, error: ExperimentError): Details => ({
    action_name: name,
    action_id: action.actionId,
    account_id: error.accountId,
    action_state: { status: "failed", reason: action.state.reason },
  }),

  actionEnd: (name: string, action: ExperimentAction, nowMs: number): Details => ({
    action_name: name,
    action_id: action.actionId,
    action_end_time: iso(action.endedAtMs ?? nowMs),
    action_state: action.state,
  }),

  experimentEnd: ({ endedAtMs, state }: Experiment): Details => ({
    experiment_end_time: iso(endedAtMs ?? 0),
    experiment_state: { status: state.status, reason: state.reason.replace(/\.$/, "") },
  }),
} as const;

/**
 * The records that have been written of an experiment so far, made again of what is kept of it.
 * @param accounts that are targeted
 */
export function toldOf(experiment: Experiment, accounts: readonly string[], version: number): Told[] {
  const { startedAtMs, targets, resolvedTargets } = experiment;
  const actions = Object.entries(experiment.actions);
  const told: Told[] = [["experiment-start", recordDetails.experimentStart(experiment), startedAtMs]];
  const areResolved = resolvedTargets.length > 0 || actions.some(([, action]) => action.startedAtMs);
  for (const [name, { resourceType = "" }] of areResolved ? Object.entries(targets) : []) {
    const resolved = resolvedTargets.filter(({ targetName }) => targetName === name);
    told.push([
      "target-resolution-start",
      recordDetails.targetResolutionStart(name, startedAtMs),
      startedAtMs,
    ]);
    for (const details of targetRecords(
      { name, type: resourceType, resolved },
      accounts,
      startedAtMs,
      version,
    ))
      told.push([...details, startedAtMs]);
  }
  for (const [name, action] of actions) {
    const { startedAtMs, endedAtMs } = action;
    if (startedAtMs === undefined) continue;
    told.push(["action-start", recordDetails.actionStart(name, action), startedAtMs]);
    if (endedAtMs !== undefined)
      told.push(["action-end", recordDetails.actionEnd(name, action, endedAtMs), endedAtMs]);
  }
  return told.sort(([, , one], [, , other]) => one - other);
}

/** What is written when a target is resolved: version 1 has one record, later ones one more for each account. */
export function targetRecords(
  target: { name: string; type: string; resolved: readonly ResolvedTarget[]; failure?: string },
  accounts: readonly string[],
  nowMs: number,
  version: number,
): [type: string, details: Details][] {
  const { name, type, resolved, failure } = target;
  const failed = failure !== undefined && { failure };
  const detail = (account: string) => {
    const count = resolved.filter((one) => one.account === account).length;
    return recordDetails.targetResolutionDetail(name, type, account, { count, ...failed }, nowMs);
  };
  return [
    ...(version > 1 ? accounts : []).map((account): [string, Details] => [
      "target-resolution-detail",
      detail(account),
    ]),
    [
      "target-resolution-end",
      recordDetails.targetResolutionEnd(name, type, { resolved, ...failed }, nowMs, version),
    ],
  ];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
