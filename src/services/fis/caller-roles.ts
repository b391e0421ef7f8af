import type { FaultMatch } from "../../core/fault.ts";
import type { ActionRun } from "./action.ts";

/**
 * Which callers an action with the target `Roles` strikes: sessions of these roles; every caller when it names no role
 * or `role/*`.
 */
export function byRoles(run: ActionRun, key = "Roles"): Pick<FaultMatch, "role" | "account"> {
  const roles = run.targets(key)?.map(({ arn }) => arn);
  if (roles === undefined || roles.some((arn) => arn.endsWith(":role/*"))) {
    return { account: run.experiment.accounts };
  }
  return { role: roles };
}
