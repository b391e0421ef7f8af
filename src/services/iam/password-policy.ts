import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { noSuchPasswordPolicy, passwordPolicyViolation } from "./errors.ts";

const passwordPolicies = defineCollection<IAM.UpdateAccountPasswordPolicyRequest>({
  name: "password-policy",
});
const KEY = ["policy"];

export const passwordPolicy: Handlers<IAM.Operations> = {
  UpdateAccountPasswordPolicy(input, ctx) {
    ctx.store.collection(passwordPolicies).put(KEY, { ...input });
  },

  GetAccountPasswordPolicy(_input, ctx) {
    const policy = ctx.store.collection(passwordPolicies).get(KEY);
    if (!policy) throw noSuchPasswordPolicy(ctx.account);
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.MinimumPasswordLength ?? 6,
        RequireSymbols: policy.RequireSymbols ?? false,
        RequireNumbers: policy.RequireNumbers ?? false,
        RequireUppercaseCharacters: policy.RequireUppercaseCharacters ?? false,
        RequireLowercaseCharacters: policy.RequireLowercaseCharacters ?? false,
        AllowUsersToChangePassword: policy.AllowUsersToChangePassword ?? false,
        ExpirePasswords: (policy.MaxPasswordAge ?? 0) > 0,
        ...(policy.MaxPasswordAge !== undefined && { MaxPasswordAge: policy.MaxPasswordAge }),
        ...(policy.PasswordReusePrevention !== undefined && {
          PasswordReusePrevention: policy.PasswordReusePrevention,
        }),
        ...(policy.HardExpiry !== undefined && { HardExpiry: policy.HardExpiry }),
      },
    };
  },

  DeleteAccountPasswordPolicy(_input, ctx) {
    if (!ctx.store.collection(passwordPolicies).delete(KEY)) throw noSuchPasswordPolicy(ctx.account);
  },
};

/** Without a policy of the account's own, IAM wants 8 characters. @throws AwsError `PasswordPolicyViolation` */
export function checkPassword(password: string | undefined, ctx: Context): void {
  if (password === undefined) return;
  const policy = ctx.store.collection(passwordPolicies).get(KEY);
  const least = policy ? (policy.MinimumPasswordLength ?? 6) : 8;
  const wants: [boolean | undefined, RegExp, string][] = [
    [policy?.RequireUppercaseCharacters, /[A-Z]/, "one uppercase character"],
    [policy?.RequireLowercaseCharacters, /[a-z]/, "one lowercase character"],
    [policy?.RequireNumbers, /\d/, "one number"],
    [policy?.RequireSymbols, /[!@#$%^&*()_+\-=[\]{}|']/, "one symbol"],
  ];
  if (password.length < least) {
    throw passwordPolicyViolation(`Password should have a minimum length of ${least}`);
  }
  for (const [wanted, pattern, what] of wants) {
    if (wanted && !pattern.test(password))
      throw passwordPolicyViolation(`Password should have at least ${what}`);
  }
}
