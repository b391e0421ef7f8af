import { defineCollection } from "../../core/storage.ts";
import type * as FIS from "../../models/generated/fis.ts";
import type { AccountConfiguration } from "./account-configurations.ts";
import type { TargetResource } from "./action.ts";
import { arnOf, type Place } from "./ids.ts";
import type { Blueprint, TemplateAction } from "./template.ts";

export type ExperimentStatus =
  | "pending"
  | "initiating"
  | "running"
  | "completed"
  | "stopping"
  | "stopped"
  | "failed"
  | "cancelled";

export type ActionStatus = ExperimentStatus | "skipped";

/** FIS's codes of what went wrong: https://docs.aws.amazon.com/fis/latest/userguide/experiments-errors.html */
export interface ExperimentError {
  readonly accountId: string;
  readonly code: string;
  /** `actions.<name>` or `targets.<name>`. */
  readonly location?: string;
}

export interface ExperimentAction extends TemplateAction {
  readonly state: { readonly status: ActionStatus; readonly reason: string };
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
}

export interface ResolvedTarget extends TargetResource {
  readonly targetName: string;
  readonly resourceType: string;
}

/** An experiment: a template as it was when it started, and what became of it. */
export interface Experiment extends Blueprint {
  readonly id: string;
  readonly templateId: string;
  /** Which of its account and region this is, from 1: it seeds the choice of targets. */
  readonly number: number;
  readonly actions: Readonly<Record<string, ExperimentAction>>;
  readonly accountTargeting: string;
  readonly emptyTargetResolutionMode: string;
  readonly actionsMode: string;
  readonly accountConfigurations: readonly AccountConfiguration[];
  readonly state: {
    readonly status: ExperimentStatus;
    readonly reason: string;
    readonly error?: ExperimentError;
  };
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly resolvedTargets: readonly ResolvedTarget[];
  readonly report?: FIS.ExperimentReport;
}

export const EXPERIMENTS = defineCollection<Experiment>({
  name: "experiments",
  indexes: {
    "by-number": ({ number }) => [number],
    active: ({ state, number }) => (isOver(state.status) ? undefined : [number]),
  },
});

const TERMINAL: readonly string[] = ["completed", "stopped", "failed", "cancelled", "skipped"];

/** True for a state that an experiment or an action never leaves. */
export function isOver(status: string): boolean {
  return TERMINAL.includes(status);
}

/** An experiment as AWS shows it. */
export function experimentOutput(experiment: Experiment, place: Place): FIS.Experiment {
  const { logConfiguration, reportConfiguration, endedAtMs } = experiment;
  return {
    ...experimentSummary(experiment, place),
    roleArn: experiment.roleArn,
    targets: experiment.targets as FIS.ExperimentTargetMap,
    actions: Object.fromEntries(
      Object.entries(experiment.actions).map(([name, action]) => [name, actionOutput(action)]),
    ),
    stopConditions: [...experiment.stopConditions],
    startTime: new Date(experiment.startedAtMs),
    ...(endedAtMs !== undefined && { endTime: new Date(endedAtMs) }),
    ...(logConfiguration && { logConfiguration }),
    targetAccountConfigurationsCount: experiment.accountConfigurations.length,
    ...(reportConfiguration && { experimentReportConfiguration: reportConfiguration }),
    ...(experiment.report && { experimentReport: experiment.report }),
  };
}

export function experimentSummary(experiment: Experiment, place: Place): FIS.ExperimentSummary {
  const { accountTargeting, emptyTargetResolutionMode, actionsMode } = experiment;
  return {
    id: experiment.id,
    arn: arnOf("experiment", experiment.id, place),
    experimentTemplateId: experiment.templateId,
    state: experiment.state,
    creationTime: new Date(experiment.createdAtMs),
    tags: experiment.tags,
    experimentOptions: { accountTargeting, emptyTargetResolutionMode, actionsMode },
  };
}

function actionOutput({ startedAtMs, endedAtMs, ...action }: ExperimentAction): FIS.ExperimentAction {
  return {
    ...action,
    ...(startedAtMs !== undefined && { startTime: new Date(startedAtMs) }),
    ...(endedAtMs !== undefined && { endTime: new Date(endedAtMs) }),
  };
}
