import type { Store } from "../../../core/storage.ts";
import { RESTRICTED, wordsOf } from "../../../processes/valkey/access.ts";
import type { AclUser } from "../../../processes/valkey/valkey-server.ts";
import { findAcl } from "../acl.ts";
import type { ClusterRecord } from "../cluster.ts";
import { findUser } from "../user.ts";

/** What regional clusters do not carry to each other, nobody may: it empties all of one at once. */
const OF_ONE_REGION = ["-flushall", "-flushdb"];

/** Who may connect to a cluster: the users of its ACL, and no others. */
export function aclOf({ acl, multiRegion }: ClusterRecord, store: Store): readonly AclUser[] {
  const denied = [...RESTRICTED, ...(multiRegion === undefined ? [] : OF_ONE_REGION)];
  const named = findAcl(acl, store).userNames.map((name) => {
    const { accessString, passwords } = findUser(name, store);
    return { name, rules: [...wordsOf(passwords), ...accessString.trim().split(/\s+/), ...denied] };
  });
  return named.some(({ name }) => name === "default")
    ? named
    : [...named, { name: "default", rules: ["off"] }];
}
