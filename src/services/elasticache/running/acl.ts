import type { Store } from "../../../core/storage.ts";
import { EVERYTHING, RESTRICTED, wordsOf } from "../../../processes/valkey/access.ts";
import type { AclUser } from "../../../processes/valkey/valkey-server.ts";
import type { CacheSettings } from "../cache-cluster.ts";
import { findUser } from "../user.ts";
import { findUserGroup } from "../user-group.ts";

/** Who may connect: the users of its user groups; else everybody, with an AUTH token those who know it. */
export function aclOf(
  { authToken, userGroupIds = [] }: CacheSettings & { readonly userGroupIds?: readonly string[] },
  store: Store,
): readonly AclUser[] {
  if (userGroupIds.length > 0) {
    const ids = new Set(userGroupIds.flatMap((id) => findUserGroup(id, store).userIds));
    const named = [...ids].map((id) => {
      const { name, accessString, passwords } = findUser(id, store);
      const rules = ["&*", ...wordsOf(passwords), ...accessString.trim().split(/\s+/), ...RESTRICTED];
      return { name, rules };
    });
    // Without one of its own nobody is the default user.
    return named.some(({ name }) => name === "default")
      ? named
      : [...named, { name: "default", rules: ["off"] }];
  }
  const words = wordsOf(authToken === undefined ? [] : [authToken]);
  return [{ name: "default", rules: ["on", ...words, ...EVERYTHING] }];
}
