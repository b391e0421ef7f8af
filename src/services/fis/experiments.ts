import type { Context, Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { accountConfigurationsOf } from "./account-configurations.ts";
import type { Actions } from "./actions.ts";
import { madeBefore, remember } from "./client-tokens.ts";
import {
  accountConfigurationNotFound,
  experimentIsOver,
  experimentNotFound,
  quotaExceeded,
  validation,
} from "./errors.ts";
import { EXPERIMENTS, type Experiment, experimentOutput, experimentSummary } from "./experiment.ts";
import { arnOf, experimentId } from "./ids.ts";
import { pageOf } from "./page.ts";
import { forgetReport } from "./reports.ts";
import type { Runs } from "./runs.ts";
import { leverStatus } from "./safety-lever.ts";
import { checkTags } from "./tags.ts";
import type { Template } from "./template.ts";
import { existing as existingTemplate } from "./templates.ts";

const ACTIVE_EXPERIMENTS = 5;
const RETENTION_MS = 120 * 24 * 3_600_000;

/** Experiments: https://docs.aws.amazon.com/fis/latest/userguide/experiments.html */
export const experiments = (actions: Actions, runs: Runs): Handlers<FIS.Operations> => ({
  async StartExperiment(input, ctx) {
    const { store } = ctx;
    const named = actions.used(Object.values(existingTemplate(store, input.experimentTemplateId).actions));
    const template = existingTemplate(store, input.experimentTemplateId);
    const made = madeBefore(store, "StartExperiment", input.clientToken, input);
    if (made !== undefined) return { experiment: experimentOutput(existing(ctx, made), ctx) };
    checkTags(input.tags ?? {});
    if (runs.in(ctx).length >= ACTIVE_EXPERIMENTS) {
      throw quotaExceeded(`You have reached the quota of ${ACTIVE_EXPERIMENTS} active experiments.`);
    }
    const accountConfigurations = accountConfigurationsOf(store, template.id);
    if (template.accountTargeting === "multi-account" && accountConfigurations.length === 0) {
      throw validation(`Experiment template ${template.id} has no target account configuration.`);
    }

    const experiment: Experiment = {
      ...snapshot(template, ctx),
      actionsMode: input.experimentOptions?.actionsMode ?? "run-all",
      accountConfigurations,
      tags: input.tags ?? {},
    };
    const isStopped = leverStatus(store) !== "disengaged";
    store.transaction(() => {
      forgetOld(store, ctx.clock.now());
      const kept = isStopped ? cancelledByLever(experiment, ctx.clock.now()) : experiment;
      store.collection(EXPERIMENTS).put([experiment.id], kept);
      remember(store, "StartExperiment", input.clientToken, input, experiment.id, ctx.clock.now());
    });
    const answer = { experiment: experimentOutput(experiment, ctx) };
    if (isStopped) return answer;
    const begun = runs.begin(experiment, ctx, named);
    // When the answer is there, so are the faults. Alarms are another service's: they are not waited for.
    if (experiment.stopConditions.every(({ source }) => source === "none")) await begun;
    return answer;
  },

  StopExperiment({ id }, ctx) {
    const experiment = existing(ctx, id);
    const { status } = experiment.state;
    const run = runs.get(arnOf("experiment", id, ctx));
    if (status !== "pending" && status !== "initiating" && status !== "running") {
      throw experimentIsOver(id, status);
    }
    const state = { status: "stopping", reason: "Stopping Experiment." } as const;
    const answer = { experiment: experimentOutput({ ...experiment, state }, ctx) };
    void run?.end({ status: "stopped", reason: "Experiment stopped." });
    return answer;
  },

  GetExperiment({ id }, ctx) {
    return { experiment: experimentOutput(existing(ctx, id), ctx) };
  },

  ListExperiments(input, ctx) {
    const all = [...ctx.store.collection(EXPERIMENTS).values()].filter(
      (experiment) =>
        !isForgotten(experiment, ctx.clock.now()) &&
        (input.experimentTemplateId === undefined || experiment.templateId === input.experimentTemplateId),
    );
    const { page, nextToken } = pageOf(all, ({ number }) => [number], input);
    return { experiments: page.map((experiment) => experimentSummary(experiment, ctx)), nextToken };
  },

  ListExperimentResolvedTargets(input, ctx) {
    const { experimentId: id, targetName } = input;
    const all = existing(ctx, id).resolvedTargets.filter(
      (resolved) => targetName === undefined || resolved.targetName === targetName,
    );
    const { page, nextToken } = pageOf(all, (target) => [target.targetName, target.arn], input);
    return {
      resolvedTargets: page.map((resolved) => ({
        resourceType: resolved.resourceType,
        targetName: resolved.targetName,
        targetInformation: resolved.information ?? { arn: resolved.arn },
      })),
      nextToken,
    };
  },

  ListExperimentTargetAccountConfigurations(input, ctx) {
    const all = existing(ctx, input.experimentId).accountConfigurations;
    const { page, nextToken } = pageOf(all, ({ accountId }) => [accountId], input);
    return { targetAccountConfigurations: page, nextToken };
  },

  GetExperimentTargetAccountConfiguration({ experimentId: id, accountId }, ctx) {
    const configuration = existing(ctx, id).accountConfigurations.find(
      (other) => other.accountId === accountId,
    );
    if (configuration === undefined) throw accountConfigurationNotFound(accountId);
    return { targetAccountConfiguration: configuration };
  },
});

/** @throws ResourceNotFoundException */
function existing({ store, clock }: Context, id: string): Experiment {
  const experiment = store.collection(EXPERIMENTS).get([id]);
  if (experiment === undefined || isForgotten(experiment, clock.now())) throw experimentNotFound(id);
  return experiment;
}

/** AWS keeps an experiment for 120 days after its end. */
function isForgotten({ endedAtMs }: Experiment, nowMs: number): boolean {
  return endedAtMs !== undefined && nowMs - endedAtMs >= RETENTION_MS;
}

/** Experiments come to their end in about the order in which they start: nothing is looked for behind the first that is kept. */
function forgetOld(store: Store, nowMs: number): void {
  const experiments = store.collection(EXPERIMENTS);
  for (const experiment of experiments.by("by-number").values()) {
    if (!isForgotten(experiment, nowMs)) return;
    experiments.delete([experiment.id]);
    forgetReport(store, experiment.id);
  }
}

/** A template as it is now: what happens to it later does not touch the experiment. */
function snapshot(template: Template, { store, clock, random }: Context) {
  const nowMs = clock.now();
  const last = store.collection(EXPERIMENTS).by("by-number").first({ reverse: true });
  const { roleArn, targets, stopConditions, logConfiguration, reportConfiguration } = template;
  const pending = { status: "pending", reason: "Initial state" } as const;
  return {
    id: experimentId(random),
    templateId: template.id,
    number: (last?.number ?? 0) + 1,
    roleArn,
    targets,
    actions: Object.fromEntries(
      Object.entries(template.actions).map(([name, action]) => [name, { ...action, state: pending }]),
    ),
    stopConditions,
    ...(logConfiguration && { logConfiguration }),
    ...(reportConfiguration && { reportConfiguration }),
    accountTargeting: template.accountTargeting,
    emptyTargetResolutionMode: template.emptyTargetResolutionMode,
    state: { status: "initiating", reason: "Experiment is initiating." } as const,
    createdAtMs: nowMs,
    startedAtMs: nowMs,
    resolvedTargets: [],
  };
}

function cancelledByLever(experiment: Experiment, nowMs: number): Experiment {
  const cancelled = { status: "cancelled", reason: "Action was cancelled." } as const;
  return {
    ...experiment,
    actions: Object.fromEntries(
      Object.entries(experiment.actions).map(([name, action]) => [name, { ...action, state: cancelled }]),
    ),
    state: { status: "cancelled", reason: "Experiment cancelled: the safety lever is engaged." },
    endedAtMs: nowMs,
  };
}
