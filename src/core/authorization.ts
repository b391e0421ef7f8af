import {
  evaluatePolicies,
  type MatchedStatement,
  type PolicyDocument,
  type PolicyRequest,
} from "./policy.ts";

/** The policies that have a say in a request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export interface PoliciesInForce {
  /** Of the principal, its groups among them. Absent for one that needs none: an account's root. */
  readonly identity?: readonly PolicyDocument[];
  /** Absent when nothing bounds the principal. */
  readonly boundary?: readonly PolicyDocument[];
  /** Absent when the session has none. */
  readonly session?: readonly PolicyDocument[];
  /** On the resource. */
  readonly resource: readonly PolicyDocument[];
}

/** Who asks, and for what. */
export interface Asking {
  readonly request: PolicyRequest;
  /** The names by which a resource's policy lets this very principal in: its ARN, its role's. Not its account's. */
  readonly ownNames: readonly string[];
  /** The user's own ARN, or that of the role's session. */
  readonly sessionArn: string;
  /** Is the resource in the principal's account? */
  readonly isSameAccount: boolean;
  /** Only whom the resource's policy names may do anything: a role's trust policy. */
  readonly policyMustAllow: boolean;
}

export type PolicyKind = "identity" | "boundary" | "session" | "resource";

export type Authorization =
  | { readonly isAllowed: true; readonly matched: readonly MatchedStatement[] }
  | { readonly isAllowed: false; readonly why: "explicitDeny" | "implicitDeny"; readonly by: PolicyKind };

const KINDS = ["identity", "resource", "boundary", "session"] as const;

/** What all policies say together. `matched` are the identity's statements that allowed it. */
export function authorize(policies: PoliciesInForce, asking: Asking): Authorization {
  const { principal, ...alone } = asking.request;
  for (const by of KINDS) {
    const request = by === "resource" ? asking.request : alone;
    const { decision } = evaluatePolicies(policies[by] ?? [], request);
    if (decision === "explicitDeny") return { isAllowed: false, why: "explicitDeny", by };
  }
  const allows = (by: PolicyKind) => evaluatePolicies(policies[by] ?? [], alone);
  const refused = (by: PolicyKind): Authorization => ({ isAllowed: false, why: "implicitDeny", by });
  const identity = policies.identity && allows("identity");
  const matched = identity?.decision === "allowed" ? identity.matched : [];
  const needsIdentity = identity !== undefined;
  const isLetIn = evaluatePolicies(policies.resource, asking.request).decision === "allowed";
  const isNamed = isLetIn && isNamedIn(policies.resource, asking);
  if ((!asking.isSameAccount || asking.policyMustAllow) && !isLetIn) return refused("resource");
  const isOwnEnough = asking.isSameAccount && isNamed;
  if (needsIdentity && !isOwnEnough && identity.decision !== "allowed") return refused("identity");
  // Whom a policy of its own account names as the user or session that it is, nothing bounds.
  if (isOwnEnough && isNamedIn(policies.resource, asking, [asking.sessionArn]))
    return { isAllowed: true, matched };
  for (const by of ["boundary", "session"] as const) {
    if (policies[by] && allows(by).decision !== "allowed") return refused(by);
  }
  return { isAllowed: true, matched };
}

/** Does the resource's policy allow this very principal, rather than the account, which then decides itself whom it lets? */
function isNamedIn(
  resource: readonly PolicyDocument[],
  { request, ownNames }: Asking,
  only?: readonly string[],
): boolean {
  const principal = {
    type: request.principal?.type ?? "AWS",
    names: only ?? ownNames,
    ...(only && { isByName: true as const }),
  };
  return evaluatePolicies(resource, { ...request, principal }).decision === "allowed";
}

const NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: "identity-based policy",
  boundary: "permissions boundary",
  session: "session policy",
  resource: "resource-based policy",
};

/** Why, as AWS says it: `with an explicit deny in an identity-based policy`, `because no session policy allows the … action`. */
export function reasonOf(why: "explicitDeny" | "implicitDeny", by: PolicyKind, action: string): string {
  if (why === "implicitDeny") return `because no ${NAMES[by]} allows the ${action} action`;
  return `with an explicit deny in ${by === "identity" ? "an" : "a"} ${NAMES[by]}`;
}
