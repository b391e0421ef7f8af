/** What no user of ElastiCache or MemoryDB may: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html */
export const RESTRICTED: readonly string[] = [
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

/** Who connects as nobody in particular may all that users may. */
export const EVERYTHING: readonly string[] = ["~*", "&*", "+@all", ...RESTRICTED];

/** What a user is let in by: a password, of several, or none. */
export const wordsOf = (passwords: readonly string[]): string[] =>
  passwords.length > 0 ? passwords.map((one) => `>${one}`) : ["nopass"];

/** The word of an access string that `ACL SETUSER` would not take, or that is a password; undefined when there is none. */
export function wrongRule(accessString: string): string | undefined {
  const RULE =
    /^(?:on|off|[+-]@?[a-z][\w|-]*|allkeys|resetkeys|allchannels|resetchannels|allcommands|nocommands|~\S+|%R?W?~\S+|&\S+|\(|\)|\(\S.*|.*\S\)|clearselectors)$/i;
  return accessString
    .trim()
    .split(/\s+/)
    .find((word) => !RULE.test(word));
}
