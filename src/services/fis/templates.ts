import type { Handlers } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { accountConfigurationCount, deleteAccountConfigurations } from "./account-configurations.ts";
import type { Actions } from "./actions.ts";
import { madeBefore, remember } from "./client-tokens.ts";
import { quotaExceeded, templateNotFound, validation } from "./errors.ts";
import { templateId } from "./ids.ts";
import { pageOf } from "./page.ts";
import { checkTags } from "./tags.ts";
import {
  type Blueprint,
  TEMPLATES,
  type Template,
  type TemplateAction,
  templateOutput,
  templateSummary,
} from "./template.ts";
import { checkTemplate } from "./template-check.ts";

const TEMPLATES_PER_REGION = 500;

/** Experiment templates: https://docs.aws.amazon.com/fis/latest/userguide/experiment-templates.html */
export const templates = (actions: Actions): Handlers<FIS.Operations> => ({
  async CreateExperimentTemplate(input, ctx) {
    const { store } = ctx;
    if (ctx.host.strict && input.targets === undefined) throw validation("targets is required");
    const blueprint: Blueprint = {
      roleArn: input.roleArn,
      targets: input.targets ?? {},
      actions: withParameters(input.actions as Record<string, TemplateAction>),
      stopConditions: input.stopConditions,
      ...(input.logConfiguration && { logConfiguration: input.logConfiguration }),
      ...(input.experimentReportConfiguration && {
        reportConfiguration: input.experimentReportConfiguration,
      }),
    };
    const world = {
      actions: actions.used(Object.values(blueprint.actions)),
      types: actions.types,
      strict: ctx.host.strict,
    };
    const made = madeBefore(store, "CreateExperimentTemplate", input.clientToken, input);
    if (made !== undefined) return { experimentTemplate: output(existing(store, made), store, ctx) };
    const warnings = checkTemplate(blueprint, world);
    checkTags(input.tags ?? {});
    if (store.collection(TEMPLATES).count() >= TEMPLATES_PER_REGION) {
      throw quotaExceeded(`You have reached the quota of ${TEMPLATES_PER_REGION} experiment templates.`);
    }

    const nowMs = ctx.clock.now();
    const template: Template = {
      ...blueprint,
      id: templateId(ctx.random),
      description: input.description,
      accountTargeting: input.experimentOptions?.accountTargeting ?? "single-account",
      emptyTargetResolutionMode: input.experimentOptions?.emptyTargetResolutionMode ?? "fail",
      tags: input.tags ?? {},
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      warnings,
    };
    store.transaction(() => {
      store.collection(TEMPLATES).put([template.id], template);
      remember(store, "CreateExperimentTemplate", input.clientToken, input, template.id, nowMs);
    });
    for (const warning of warnings) ctx.log.warn(`Experiment template ${template.id}: ${warning}`);
    return { experimentTemplate: output(template, store, ctx) };
  },

  async UpdateExperimentTemplate(input, ctx) {
    const { store } = ctx;
    const named = [
      ...Object.values(existing(store, input.id).actions),
      ...Object.values(input.actions ?? {}),
    ];
    const world = { actions: actions.used(named), types: actions.types, strict: ctx.host.strict };
    const before = existing(store, input.id);
    const blueprint: Blueprint = {
      roleArn: input.roleArn ?? before.roleArn,
      targets: input.targets ?? before.targets,
      actions: input.actions ? withParameters(completed(input.actions, before)) : before.actions,
      stopConditions: input.stopConditions ?? before.stopConditions,
      ...changed("logConfiguration", input.logConfiguration, before.logConfiguration),
      ...changed("reportConfiguration", input.experimentReportConfiguration, before.reportConfiguration),
    };
    const warnings = checkTemplate(blueprint, world);
    const { id, description, accountTargeting, emptyTargetResolutionMode, tags, createdAtMs } = before;
    const template: Template = {
      ...blueprint,
      id,
      description: input.description ?? description,
      accountTargeting,
      emptyTargetResolutionMode:
        input.experimentOptions?.emptyTargetResolutionMode ?? emptyTargetResolutionMode,
      tags,
      createdAtMs,
      updatedAtMs: ctx.clock.now(),
      warnings,
    };
    store.collection(TEMPLATES).put([id], template);
    for (const warning of warnings) ctx.log.warn(`Experiment template ${id}: ${warning}`);
    return { experimentTemplate: output(template, store, ctx) };
  },

  GetExperimentTemplate({ id }, ctx) {
    return { experimentTemplate: output(existing(ctx.store, id), ctx.store, ctx) };
  },

  DeleteExperimentTemplate({ id }, ctx) {
    const template = existing(ctx.store, id);
    const experimentTemplate = output(template, ctx.store, ctx);
    ctx.store.collection(TEMPLATES).delete([id]);
    deleteAccountConfigurations(ctx.store, id);
    return { experimentTemplate };
  },

  ListExperimentTemplates(input, ctx) {
    const all = ctx.store.collection(TEMPLATES).values();
    const { page, nextToken } = pageOf(all, ({ createdAtMs, id }) => [createdAtMs, id], input);
    return { experimentTemplates: page.map((template) => templateSummary(template, ctx)), nextToken };
  },
});

/** @throws ResourceNotFoundException */
export function existing(store: Store, id: string): Template {
  const template = store.collection(TEMPLATES).get([id]);
  if (template === undefined) throw templateNotFound(id);
  return template;
}

function output(template: Template, store: Store, place: { account: string; region: string }) {
  return templateOutput(template, place, accountConfigurationCount(store, template.id));
}

/** AWS shows an action that has no parameters with an empty map of them. */
function withParameters(actions: Readonly<Record<string, TemplateAction>>): Record<string, TemplateAction> {
  return Object.fromEntries(
    Object.entries(actions).map(([name, action]) => [
      name,
      { ...action, parameters: action.parameters ?? {} },
    ]),
  );
}

/** An update's actions replace the others; one that leaves its actionId out keeps the one that it had. */
function completed(
  given: FIS.UpdateExperimentTemplateActionInputMap,
  before: Template,
): Record<string, TemplateAction> {
  return Object.fromEntries(
    Object.entries(given).map(([name, action]) => {
      const actionId = action.actionId ?? before.actions[name]?.actionId;
      if (actionId === undefined) throw validation(`Missing actionId in action "${name}".`);
      return [name, { ...action, actionId }];
    }),
  );
}

/** A configuration as an update leaves it: an empty one takes it away. */
function changed<K extends string, V extends object>(
  name: K,
  given: V | undefined,
  before: V | undefined,
): { [key in K]?: V } {
  const value = given ?? before;
  if (value === undefined || Object.keys(value).length === 0) return {};
  return { [name]: value } as { [key in K]?: V };
}
