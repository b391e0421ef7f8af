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
    resolved_targets: result.resolved.map(({ arn }) => (version > 1 ? { arn } : arn)),
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

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
