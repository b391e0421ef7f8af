import { isResourcePolicy, type PolicyStatement, readPolicy } from "../../core/policy.ts";
import type { Handlers } from "../../core/service.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { malformedPolicy, publicPolicy } from "./errors.ts";
import { saveWithReplicas } from "./replication.ts";
import { findChangeable, findSecret, refuseDeleted } from "./secret.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html */
export const policies: Handlers<SecretsManager.Operations> = {
  GetResourcePolicy(input, ctx) {
    const { secret } = findSecret(input.SecretId, ctx);
    refuseDeleted(secret);
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(secret.policy !== undefined && { ResourcePolicy: secret.policy }),
    };
  },

  /** A secret has one policy. */
  ListResourcePolicies(input, ctx) {
    const { secret } = findSecret(input.SecretId, ctx);
    refuseDeleted(secret);
    return { ResourcePolicies: secret.policy === undefined ? [] : [{ PolicyName: "ResourcePolicy" }] };
  },

  async PutResourcePolicy(input, ctx) {
    const { secret, store } = findChangeable(input.SecretId, ctx);
    const policy = readPolicy(input.ResourcePolicy);
    if (!policy || !isResourcePolicy(input.ResourcePolicy)) throw malformedPolicy();
    if (input.BlockPublicPolicy && [policy.Statement].flat().some(isPublic)) throw publicPolicy();
    await saveWithReplicas(store, { ...secret, policy: input.ResourcePolicy }, ctx);
    return { ARN: secret.arn, Name: secret.name };
  },

  async DeleteResourcePolicy(input, ctx) {
    const { secret, store } = findChangeable(input.SecretId, ctx);
    const { policy, ...rest } = secret;
    await saveWithReplicas(store, rest, ctx);
    return { ARN: secret.arn, Name: secret.name };
  },

  ValidateResourcePolicy(input, ctx) {
    if (input.SecretId !== undefined) findChangeable(input.SecretId, ctx);
    const policy = readPolicy(input.ResourcePolicy);
    if (!policy || !isResourcePolicy(input.ResourcePolicy)) throw malformedPolicy();
    const isOpen = [policy.Statement].flat().some(isPublic);
    return {
      PolicyValidationPassed: !isOpen,
      ValidationErrors: isOpen
        ? [{ CheckName: "RESOURCE_POLICY_PUBLIC", ErrorMessage: "The policy grants access to everybody." }]
        : [],
    };
  },
};

/** Lets everybody in, on no condition. */
function isPublic({ Effect, Principal, Condition }: PolicyStatement): boolean {
  if (Effect !== "Allow" || Condition !== undefined || Principal === undefined) return false;
  return Principal === "*" || [Principal["AWS"] ?? []].flat().includes("*");
}
