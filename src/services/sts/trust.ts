import { evaluatePolicies } from "../../core/policy.ts";
import type { Context } from "../../core/service.ts";
import { notAuthorized, notAuthorizedAnonymously } from "./errors.ts";
import type { Role } from "./role.ts";

/**
 * Strictly, a role can only be assumed by whom its trust policy names; otherwise by anybody, known role or not.
 * @throws AwsError `AccessDenied`
 */
export function checkTrust(
  role: Role,
  action: string,
  principal: { type: string; names: readonly string[] },
  context: Readonly<Record<string, readonly string[]>>,
  ctx: Context,
): void {
  if (!ctx.host.strict) return;
  const { decision } = evaluatePolicies(role.trust ? [role.trust] : [], { action, principal, context });
  if (decision === "allowed") return;
  if (principal.type !== "AWS") throw notAuthorizedAnonymously(action);
  throw notAuthorized(ctx.caller.arn, action, role.arn);
}

/** Everything in a trust policy that stands for the caller: the account, its root, the principal, the role of a session. */
export function callerNames(ctx: Context): string[] {
  const { account, arn, roleArn } = ctx.caller;
  const partition = arn.split(":")[1] ?? "aws";
  return [account, `arn:${partition}:iam::${account}:root`, arn, ...(roleArn ? [roleArn] : [])];
}
