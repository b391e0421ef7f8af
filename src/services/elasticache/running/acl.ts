import type { Store } from "../../../core/storage.ts";
import type { AclUser } from "../../../processes/valkey/valkey-server.ts";
import type { CacheSettings } from "../cache-cluster.ts";

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

/** Who may connect. With an AUTH token everybody is the user who has that as a password. */
export function aclOf({ authToken }: CacheSettings, _store: Store): readonly AclUser[] {
  const rules = [
    "on",
    authToken === undefined ? "nopass" : `>${authToken}`,
    "~*",
    "&*",
    "+@all",
    ...RESTRICTED,
  ];
  return [{ name: "default", rules }];
}
