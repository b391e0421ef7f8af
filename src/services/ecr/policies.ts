import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Ecr from "../../models/generated/ecr.ts";
import { invalidParameter, lifecyclePolicyNotFound, repositoryPolicyNotFound } from "./errors.ts";
import { findRepository, saveRepository } from "./repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html, …_PutLifecyclePolicy.html and their neighbours */
export const policies: Handlers<Ecr.Operations> = {
  SetRepositoryPolicy({ repositoryName, policyText }, ctx) {
    checkDocument("policyText", policyText);
    saveRepository({ ...findRepository(repositoryName, ctx), policy: policyText }, ctx);
    return { registryId: ctx.account, repositoryName, policyText };
  },

  GetRepositoryPolicy: ({ repositoryName }, ctx) => ({
    registryId: ctx.account,
    repositoryName,
    policyText: policyOf(repositoryName, ctx),
  }),

  DeleteRepositoryPolicy({ repositoryName }, ctx) {
    const policyText = policyOf(repositoryName, ctx);
    const { policy: _, ...repository } = findRepository(repositoryName, ctx);
    saveRepository(repository, ctx);
    return { registryId: ctx.account, repositoryName, policyText };
  },

  PutLifecyclePolicy({ repositoryName, lifecyclePolicyText }, ctx) {
    checkDocument("LifecyclePolicyText", lifecyclePolicyText);
    saveRepository({ ...findRepository(repositoryName, ctx), lifecyclePolicy: lifecyclePolicyText }, ctx);
    return { registryId: ctx.account, repositoryName, lifecyclePolicyText };
  },

  GetLifecyclePolicy: ({ repositoryName }, ctx) => ({
    registryId: ctx.account,
    repositoryName,
    lifecyclePolicyText: lifecyclePolicyOf(repositoryName, ctx),
  }),

  DeleteLifecyclePolicy({ repositoryName }, ctx) {
    const lifecyclePolicyText = lifecyclePolicyOf(repositoryName, ctx);
    const { lifecyclePolicy: _, ...repository } = findRepository(repositoryName, ctx);
    saveRepository(repository, ctx);
    return { registryId: ctx.account, repositoryName, lifecyclePolicyText };
  },
};

function policyOf(name: string, ctx: Context): string {
  const { policy } = findRepository(name, ctx);
  if (policy === undefined) throw repositoryPolicyNotFound(name, ctx.account);
  return policy;
}

function lifecyclePolicyOf(name: string, ctx: Context): string {
  const { lifecyclePolicy } = findRepository(name, ctx);
  if (lifecyclePolicy === undefined) throw lifecyclePolicyNotFound(name, ctx.account);
  return lifecyclePolicy;
}

function checkDocument(member: string, text: string): void {
  try {
    readJson(text);
  } catch {
    throw invalidParameter(
      `Invalid parameter at '${member}' failed to satisfy constraint: 'Invalid repository policy provided'`,
    );
  }
}
