import type { Caller } from "../../core/call.ts";
import type { PolicyRequest } from "../../core/policy.ts";

export type AskerKind = "root" | "user" | "role" | "federated" | "service";

/** Who calls, as policies name principals. */
export interface Asker {
  readonly kind: AskerKind;
  /** ARN of the user or role that policies are attached to; a service's name. */
  readonly arn: string;
  /** Everything that stands for it in a policy on a resource, its account among it. */
  readonly principal: NonNullable<PolicyRequest["principal"]>;
  /** The user itself, or the session of a role; a service's name. */
  readonly sessionArn: string;
  /** The names that mean nobody else in the account. */
  readonly ownNames: readonly string[];
}

export function askerOf({ arn, account, roleArn, userId }: Caller, region: string): Asker {
  if (arn.endsWith(".amazonaws.com")) {
    // A service has a name in each region, too: `logs.eu-west-1.amazonaws.com`.
    const names = [arn, arn.replace(/\.amazonaws\.com$/, `.${region}.amazonaws.com`)];
    return { kind: "service", arn, principal: { type: "Service", names }, ownNames: names, sessionArn: arn };
  }
  const partition = arn.split(":")[1] ?? "aws";
  const home = roleArn?.split(":")[4] || account;
  const ownNames = roleArn === undefined ? [arn, userId] : [arn, roleArn, userId];
  const ofAccount = [home, `arn:${partition}:iam::${home}:root`];
  const names = [...ownNames, ...ofAccount];
  const kind = kindOf(arn, roleArn);
  const ofRole = roleArn === undefined ? [] : [[roleArn]];
  const steps = kind === "root" ? [ofAccount] : [ofAccount, ...ofRole, [arn, userId]];
  return { kind, arn: roleArn ?? arn, principal: { type: "AWS", names, steps }, ownNames, sessionArn: arn };
}

function kindOf(arn: string, roleArn: string | undefined): AskerKind {
  if (roleArn !== undefined) return "role";
  if (arn.includes(":federated-user/")) return "federated";
  // Only who is said to be the root is it: of whoever else comes, no more is known than a name.
  return arn.endsWith(":root") ? "root" : "user";
}
