import { parseArn } from "../../../core/arn.ts";
import { asText } from "../references.ts";

/** A step has at most so many: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-approve.html */
export const MOST_APPROVERS = 10;

/** Whom a step's `Approvers` names, once what stands between braces is put in. */
export const approversIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(asText);

/** May a principal decide? Users are named by name or ARN, roles by theirs, and sessions of roles by their own. */
export const isApprover = (caller: string, approvers: readonly string[], account: string): boolean =>
  approvers.some((approver) => isNamed(caller, approver, account));

function isNamed(caller: string, approver: string, account: string): boolean {
  if (caller === approver) return true;
  const [kind, ...path] = parseArn(caller)?.resource.split("/") ?? [];
  const ofCaller = parseArn(caller)?.account;
  const named = parseArn(approver);
  if (!named) return kind === "user" && ofCaller === account && path.at(-1) === approver;
  // `assumed-role/<the role's name>/<session>`; a role's own ARN may have a path.
  const isOfRole = kind === "assumed-role" && named.resource.startsWith("role/");
  return isOfRole && ofCaller === named.account && path[0] === named.resource.split("/").at(-1);
}
