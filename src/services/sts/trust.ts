import { evaluatePolicies, type PolicyDocument, type PolicyRequest } from "../../core/policy.ts";
import type { Context } from "../../core/service.ts";
import { notAuthorized, notAuthorizedAnonymously } from "./errors.ts";
import type { Role } from "./role.ts";

/**
 * An explicit Deny in the trust policy of a role that is there always counts, and so does an external id that it wants.
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
  const request = { action, principal, context };
  const { decision } = evaluatePolicies(role.trust ? [role.trust] : [], request);
  if (decision === "allowed") return;
  // With IAM enforced the gateway has checked trust policies of callers who sign; tokens are checked here alone.
  const isDecisive =
    ctx.host.strict || (ctx.host.iam === "enforce" && principal.type !== "AWS" && role.trust);
  const isKeptOut = decision === "explicitDeny" || (role.trust && lacksExternalId(role.trust, request));
  if (!isDecisive && !isKeptOut) return;
  if (principal.type !== "AWS") throw notAuthorizedAnonymously(action);
  throw notAuthorized(ctx.caller.arn, action, role.arn);
}

const EXTERNAL_ID = "sts:externalid";

/** Would the role be open, if it did not ask for an external id? */
function lacksExternalId(trust: PolicyDocument, request: PolicyRequest): boolean {
  const open = [trust.Statement].flat().map(({ Condition = {}, ...statement }) => ({
    ...statement,
    Condition: Object.fromEntries(
      Object.entries(Condition).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(keys).filter(([key]) => key.toLowerCase() !== EXTERNAL_ID)),
      ]),
    ),
  }));
  return evaluatePolicies([{ ...trust, Statement: open }], request).decision === "allowed";
}

/** Everything in a trust policy that stands for the caller: the account, its root, the principal, the role of a session. */
export function callerNames(ctx: Context): string[] {
  const { account, arn, roleArn } = ctx.caller;
  const partition = arn.split(":")[1] ?? "aws";
  return [account, `arn:${partition}:iam::${account}:root`, arn, ...(roleArn ? [roleArn] : [])];
}
