import type { Handlers } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { madeBefore, remember } from "./client-tokens.ts";
import {
  accountConfigurationNotFound,
  conflict,
  quotaExceeded,
  templateNotFound,
  validation,
} from "./errors.ts";
import { pageOf } from "./page.ts";
import { TEMPLATES } from "./template.ts";

/** An account that a template's experiments target, and the role that they have there. */
export interface AccountConfiguration {
  readonly accountId: string;
  readonly roleArn: string;
  readonly description?: string;
}

/** By template and account. */
const CONFIGURATIONS = defineCollection<AccountConfiguration>({ name: "account-configurations" });
const CONFIGURATIONS_PER_TEMPLATE = 40;

/** Target account configurations: https://docs.aws.amazon.com/fis/latest/userguide/multi-account.html */
export const accountConfigurations: Handlers<FIS.Operations> = {
  CreateTargetAccountConfiguration(input, { store, clock }) {
    const { experimentTemplateId, accountId, roleArn, description } = input;
    const template = store.collection(TEMPLATES).get([experimentTemplateId]);
    if (template === undefined) throw templateNotFound(experimentTemplateId);
    const made = madeBefore(store, "CreateTargetAccountConfiguration", input.clientToken, input);
    const all = store.collection(CONFIGURATIONS);
    if (made !== undefined)
      return { targetAccountConfiguration: existing(store, experimentTemplateId, made) };
    if (template.accountTargeting !== "multi-account") {
      throw validation(
        `Experiment template ${experimentTemplateId} is not multi-account: it cannot have target account configurations.`,
      );
    }
    if (!/^\d{12}$/.test(accountId)) throw validation("accountId must have 12 digits.");
    if (all.has([experimentTemplateId, accountId])) {
      throw conflict(`A target account configuration for account ${accountId} exists already.`);
    }
    if (accountConfigurationCount(store, experimentTemplateId) >= CONFIGURATIONS_PER_TEMPLATE) {
      throw quotaExceeded(
        `A template can have at most ${CONFIGURATIONS_PER_TEMPLATE} target account configurations.`,
      );
    }
    const configuration: AccountConfiguration = {
      accountId,
      roleArn,
      ...(description !== undefined && { description }),
    };
    all.put([experimentTemplateId, accountId], configuration);
    remember(store, "CreateTargetAccountConfiguration", input.clientToken, input, accountId, clock.now());
    return { targetAccountConfiguration: configuration };
  },

  GetTargetAccountConfiguration({ experimentTemplateId, accountId }, { store }) {
    return { targetAccountConfiguration: existing(store, experimentTemplateId, accountId) };
  },

  UpdateTargetAccountConfiguration({ experimentTemplateId, accountId, ...changes }, { store }) {
    const before = existing(store, experimentTemplateId, accountId);
    const { roleArn = before.roleArn, description = before.description } = changes;
    const configuration = { accountId, roleArn, ...(description !== undefined && { description }) };
    store.collection(CONFIGURATIONS).put([experimentTemplateId, accountId], configuration);
    return { targetAccountConfiguration: configuration };
  },

  DeleteTargetAccountConfiguration({ experimentTemplateId, accountId }, { store }) {
    const targetAccountConfiguration = existing(store, experimentTemplateId, accountId);
    store.collection(CONFIGURATIONS).delete([experimentTemplateId, accountId]);
    return { targetAccountConfiguration };
  },

  ListTargetAccountConfigurations(input, { store }) {
    const { experimentTemplateId } = input;
    if (!store.collection(TEMPLATES).has([experimentTemplateId]))
      throw templateNotFound(experimentTemplateId);
    const all = accountConfigurationsOf(store, experimentTemplateId);
    const { page, nextToken } = pageOf(all, ({ accountId }) => [accountId], input);
    return { targetAccountConfigurations: page, nextToken };
  },
};

export function accountConfigurationsOf(store: Store, templateId: string): AccountConfiguration[] {
  return [...store.collection(CONFIGURATIONS).values({ prefix: [templateId] })];
}

export function accountConfigurationCount(store: Store, templateId: string): number {
  return store.collection(CONFIGURATIONS).count({ prefix: [templateId] });
}

export function deleteAccountConfigurations(store: Store, templateId: string): void {
  store.collection(CONFIGURATIONS).clear({ prefix: [templateId] });
}

/** @throws ResourceNotFoundException */
function existing(store: Store, templateId: string, accountId: string): AccountConfiguration {
  if (!store.collection(TEMPLATES).has([templateId])) throw templateNotFound(templateId);
  const configuration = store.collection(CONFIGURATIONS).get([templateId, accountId]);
  if (configuration === undefined) throw accountConfigurationNotFound(accountId);
  return configuration;
}
