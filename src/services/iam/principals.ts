import type { Principal, PrincipalReader } from "../../aws/principal.ts";
import type { Store } from "../../core/storage.ts";
import { groups, type Identity, roles, type UserRecord, users } from "./entity.ts";
import { defaultDocument, findPolicy, policyNameOf } from "./managed-policy.ts";

/** Users and roles with their policies, as the gateway reads them when IAM decides. */
export const principals: PrincipalReader = {
  find(arn, store) {
    const [kind, ...path] = arn.split(":").slice(5).join(":").split("/");
    const name = path.at(-1) ?? "";
    const identity: Identity | undefined =
      kind === "user"
        ? users({ store }).find(name)
        : kind === "role"
          ? roles({ store }).find(name)
          : undefined;
    // A role's session does not say the role's path.
    return identity && principalOf(identity, store);
  },
  policy: managed,
};

function principalOf(identity: Identity, store: Store): Principal {
  const inGroups = (identity as Partial<UserRecord>).groups ?? [];
  const all = [identity, ...inGroups.flatMap((name) => groups({ store }).find(name) ?? [])];
  return {
    arn: identity.arn,
    tags: identity.tags,
    policies: all.flatMap((one) => policiesOf(one, store)),
    ...(identity.boundary !== undefined && { boundary: identity.boundary }),
  };
}

function policiesOf({ inline, attached }: Identity, store: Store): Principal["policies"] {
  const own = Object.entries(inline).map(([name, text]) => ({ name, text }));
  const others = attached.flatMap((arn) => {
    const text = managed(arn, store);
    return text === undefined ? [] : [{ name: policyNameOf(arn), text }];
  });
  return [...own, ...others];
}

function managed(arn: string, store: Store): string | undefined {
  const policy = findPolicy(arn, { store });
  return policy && defaultDocument(policy);
}
