import type { Store } from "../../../core/storage.ts";
import type { AclUser } from "../../../processes/valkey/valkey-server.ts";
import type { CacheSettings } from "../cache-cluster.ts";
import { findUser } from "../user.ts";
import { findUserGroup } from "../user-group.ts";

/** What no user of ElastiCache may: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html */
const RESTRICTED = [
  "acl|setuser",
  "acl|load",
  "acl|save",
  "acl|deluser",
  "bgrewriteaof",
  "bgsave",
  "config",
  "debug",
  "failover",
  "migrate",
  "module",
  "psync",
  "replicaof",
  "save",
  "shutdown",
  "slaveof",
  "sync",
].map((command) => `-${command}`);

/** Who may connect: the users of its user groups; else everybody, with an AUTH token those who know it. */
export function aclOf(
  { authToken, userGroupIds = [] }: CacheSettings & { readonly userGroupIds?: readonly string[] },
  store: Store,
): readonly AclUser[] {
  if (userGroupIds.length > 0) {
    const ids = new Set(userGroupIds.flatMap((id) => findUserGroup(id, store).userIds));
    const named = [...ids].map((id) => {
      const { name, accessString, passwords } = findUser(id, store);
      const words = passwords.length > 0 ? passwords.map((one) => `>${one}`) : ["nopass"];
      return { name, rules: ["&*", ...words, ...accessString.trim().split(/\s+/), ...RESTRICTED] };
    });
    // Without one of its own nobody is the default user.
    return named.some(({ name }) => name === "default")
      ? named
      : [...named, { name: "default", rules: ["off"] }];
  }
  const word = authToken === undefined ? "nopass" : `>${authToken}`;
  return [{ name: "default", rules: ["on", word, "~*", "&*", "+@all", ...RESTRICTED] }];
}
