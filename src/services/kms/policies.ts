import type { Handlers } from "../../core/service.ts";
import type * as KMS from "../../models/generated/kms.ts";
import { policyNotFound, validation } from "./errors.ts";
import { checkPolicy } from "./key-policy.ts";
import type { Keys } from "./keys.ts";

const NAME = "default";

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html */
export const policies = (keys: Keys): Handlers<KMS.Operations> => ({
  GetKeyPolicy({ KeyId, PolicyName = NAME }, ctx) {
    const { policy } = keys.find(KeyId, ctx);
    if (PolicyName !== NAME) throw policyNotFound();
    return { Policy: policy, PolicyName };
  },

  PutKeyPolicy({ KeyId, PolicyName = NAME, Policy, BypassPolicyLockoutSafetyCheck: bypass = false }, ctx) {
    const key = keys.find(KeyId, ctx);
    keys.refuseManaged(key);
    if (PolicyName !== NAME) throw validation(`PolicyName must be ${NAME}`);
    keys.put({ ...key, policy: checkPolicy(Policy, ctx.caller, key, bypass) });
  },

  ListKeyPolicies({ KeyId }, ctx) {
    keys.find(KeyId, ctx);
    return { PolicyNames: [NAME], Truncated: false };
  },
});
