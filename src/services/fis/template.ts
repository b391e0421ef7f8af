import { defineCollection } from "../../core/storage.ts";
import type * as FIS from "../../models/generated/fis.ts";
import type { Place } from "./ids.ts";
import { arnOf } from "./ids.ts";

/** What a template and its experiments say alike: an experiment is a snapshot. */
export interface Blueprint {
  readonly roleArn: string;
  readonly targets: Readonly<Record<string, FIS.ExperimentTemplateTarget>>;
  readonly actions: Readonly<Record<string, TemplateAction>>;
  readonly stopConditions: readonly FIS.ExperimentTemplateStopCondition[];
  readonly logConfiguration?: FIS.ExperimentTemplateLogConfiguration;
  readonly reportConfiguration?: FIS.ExperimentTemplateReportConfiguration;
}

export type TemplateAction = FIS.ExperimentTemplateAction & { readonly actionId: string };

export interface Template extends Blueprint {
  readonly id: string;
  readonly description: string;
  readonly accountTargeting: string;
  readonly emptyTargetResolutionMode: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** What its author should know: actions that do not act yet. */
  readonly warnings: readonly string[];
}

export const TEMPLATES = defineCollection<Template>({
  name: "templates",
  indexes: { "by-creation": ({ createdAtMs }) => [createdAtMs] },
});

/** A template as AWS shows it. */
export function templateOutput(
  template: Template,
  place: Place,
  accountConfigurations: number,
): FIS.ExperimentTemplate {
  const { logConfiguration, reportConfiguration } = template;
  return {
    ...templateSummary(template, place),
    targets: template.targets as FIS.ExperimentTemplateTargetMap,
    actions: template.actions as FIS.ExperimentTemplateActionMap,
    stopConditions: [...template.stopConditions],
    roleArn: template.roleArn,
    ...(logConfiguration && { logConfiguration }),
    experimentOptions: {
      accountTargeting: template.accountTargeting,
      emptyTargetResolutionMode: template.emptyTargetResolutionMode,
    },
    targetAccountConfigurationsCount: accountConfigurations,
    ...(reportConfiguration && { experimentReportConfiguration: reportConfiguration }),
  };
}

export function templateSummary(template: Template, place: Place): FIS.ExperimentTemplateSummary {
  return {
    id: template.id,
    arn: arnOf("experiment-template", template.id, place),
    description: template.description,
    creationTime: new Date(template.createdAtMs),
    lastUpdateTime: new Date(template.updatedAtMs),
    tags: template.tags,
  };
}
