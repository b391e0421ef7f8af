import type { Resource, ServiceHost } from "../../core/service.ts";
import { describeRole } from "./describe.ts";
import { INSTANCE_PROFILE, instanceProfiles, ROLE, roles, USER, users } from "./entity.ts";

type Where = { account: string; region: string };

/** The roles of an account: FIS targets them as `aws:iam:role`. */
export function* roleResources(host: ServiceHost, { account, region }: Where): Iterable<Resource> {
  for (const role of roles({ store: host.store(account, region) }).list()) {
    yield { arn: role.arn, tags: role.tags, attributes: { ...describeRole(role) } };
  }
}

export function* userResources(host: ServiceHost, { account, region }: Where): Iterable<Resource> {
  for (const { arn, tags, name, path } of users({ store: host.store(account, region) }).list()) {
    yield { arn, tags, attributes: { UserName: name, Path: path } };
  }
}

const NAMED = [
  ["RoleName", roles, ROLE],
  ["UserName", users, USER],
  ["InstanceProfileName", instanceProfiles, INSTANCE_PROFILE],
] as const;

/** ARNs of the roles, users and instance profiles that an input names. */
export function arnsOf(
  host: ServiceHost,
  input: Readonly<Record<string, unknown>>,
  { account, region }: Where,
): string[] {
  const store = host.store(account, region);
  return NAMED.flatMap(([member, entities, kind]) => {
    const name = input[member];
    if (typeof name !== "string") return [];
    const path = typeof input["Path"] === "string" ? input["Path"] : "/";
    return [entities({ store }).find(name)?.arn ?? `arn:aws:iam::${account}:${kind.label}${path}${name}`];
  });
}
