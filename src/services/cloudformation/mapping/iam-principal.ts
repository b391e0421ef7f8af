import type { ResourceContext } from "../resource-type.ts";
import { isSame, listChanges, listOf, retag } from "./changes.ts";
import { callsOf, found, gone, type Properties } from "./mapped.ts";

/* What roles, users and groups of IAM have in common: inline policies, managed policies, a boundary and tags. */

export type Principal = "Role" | "User" | "Group";

export const call = callsOf("iam");

/** Inline policies, managed policies, boundary and tags, as they are to be. */
export async function changePrincipal(
  kind: Principal,
  name: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const key = { [`${kind}Name`]: name };
  await changeManaged(kind, key, managedOf(before), managedOf(properties), at);
  await changeInline(
    kind,
    key,
    listOf<Properties>(before, "Policies"),
    listOf<Properties>(properties, "Policies"),
    at,
  );
  await changeBoundary(kind, key, before["PermissionsBoundary"], properties["PermissionsBoundary"], at);
  if (kind === "Group") return;
  await retag(before, properties, at, {
    untag: (TagKeys) => call(at, `Untag${kind}`, { ...key, TagKeys }),
    tag: (tags) => call(at, `Tag${kind}`, { ...key, Tags: tags }),
  });
}

function managedOf(properties: Properties): string[] {
  return [...new Set(listOf(properties, "ManagedPolicyArns"))];
}

async function changeManaged(
  kind: Principal,
  key: Properties,
  before: string[],
  arns: string[],
  at: ResourceContext,
): Promise<void> {
  const { added, removed } = listChanges(before, arns);
  for (const PolicyArn of added) await call(at, `Attach${kind}Policy`, { ...key, PolicyArn });
  for (const PolicyArn of removed) await gone(call(at, `Detach${kind}Policy`, { ...key, PolicyArn }));
}

async function changeInline(
  kind: Principal,
  key: Properties,
  before: Properties[],
  policies: Properties[],
  at: ResourceContext,
): Promise<void> {
  for (const policy of listChanges(before, policies).added)
    await call(at, `Put${kind}Policy`, { ...key, ...policy });
  const names = new Set(policies.map(({ PolicyName }) => PolicyName));
  for (const { PolicyName } of before) {
    if (!names.has(PolicyName)) await gone(call(at, `Delete${kind}Policy`, { ...key, PolicyName }));
  }
}

async function changeBoundary(
  kind: Principal,
  key: Properties,
  before: unknown,
  boundary: unknown,
  at: ResourceContext,
): Promise<void> {
  if (isSame(before, boundary)) return;
  if (boundary === undefined) await gone(call(at, `Delete${kind}PermissionsBoundary`, key));
  else await call(at, `Put${kind}PermissionsBoundary`, { ...key, PermissionsBoundary: boundary });
}

/** Deletes a principal with all that its own template gave it, and all policies that others attached since. */
export async function deletePrincipal(kind: Principal, name: string, at: ResourceContext): Promise<void> {
  const key = { [`${kind}Name`]: name };
  const attached = await found(call(at, `ListAttached${kind}Policies`, key));
  for (const { PolicyArn } of (attached?.["AttachedPolicies"] ?? []) as Properties[]) {
    await gone(call(at, `Detach${kind}Policy`, { ...key, PolicyArn }));
  }
  const inline = await found(call(at, `List${kind}Policies`, key));
  for (const PolicyName of (inline?.["PolicyNames"] ?? []) as string[]) {
    await gone(call(at, `Delete${kind}Policy`, { ...key, PolicyName }));
  }
  await gone(call(at, `Delete${kind}`, key));
}

/** The description of a principal. */
export async function describe(
  kind: Principal,
  name: string,
  at: ResourceContext,
): Promise<Properties | undefined> {
  const output = await found(call(at, `Get${kind}`, { [`${kind}Name`]: name }));
  return output?.[kind] as Properties | undefined;
}
