/** A parameter of ElastiCache's and MemoryDB's: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html */
export interface CacheParameter {
  readonly value: string;
  readonly type: "integer" | "string";
  /** What it may be, as the services write it. */
  readonly allowed: string;
  /** It counts after a reboot. */
  readonly isStatic?: true;
  /** It is the service's, and not the server's. */
  readonly isOfService?: true;
  readonly isFixed?: true;
}

const YES_NO = "yes,no";
const number = (value: number, least: number, most: number): CacheParameter => ({
  value: String(value),
  type: "integer",
  allowed: `${least}-${most}`,
});
const oneOf = (value: string, allowed = YES_NO): CacheParameter => ({ value, type: "string", allowed });

export const CACHE_PARAMETERS: Readonly<Record<string, CacheParameter>> = {
  activedefrag: oneOf("no"),
  "active-defrag-cycle-max": number(75, 1, 75),
  "active-defrag-cycle-min": number(5, 1, 75),
  "active-defrag-ignore-bytes": number(104_857_600, 1_048_576, 2_147_483_647),
  "active-defrag-threshold-lower": number(10, 1, 100),
  "active-defrag-threshold-upper": number(100, 1, 100),
  activerehashing: { ...oneOf("yes"), isStatic: true },
  appendonly: { ...oneOf("no"), isOfService: true, isFixed: true },
  "cluster-enabled": { ...oneOf("no"), isOfService: true, isFixed: true },
  databases: { ...number(16, 1, 1_200_000), isStatic: true },
  "hash-max-listpack-entries": number(512, 0, 2_147_483_647),
  "hash-max-listpack-value": number(64, 0, 2_147_483_647),
  "hll-sparse-max-bytes": number(3000, 1, 16_000),
  "lazyfree-lazy-eviction": oneOf("no"),
  "lazyfree-lazy-expire": oneOf("no"),
  "lazyfree-lazy-server-del": oneOf("no"),
  "lazyfree-lazy-user-del": oneOf("no"),
  "lfu-decay-time": number(1, 0, 2_147_483_647),
  "lfu-log-factor": number(10, 0, 2_147_483_647),
  "list-compress-depth": number(0, 0, 2_147_483_647),
  maxclients: { ...number(65_000, 1, 65_000), isOfService: true, isFixed: true },
  "maxmemory-policy": oneOf(
    "volatile-lru",
    "volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction",
  ),
  "maxmemory-samples": number(3, 1, 2_147_483_647),
  "notify-keyspace-events": { value: "", type: "string", allowed: "" },
  "reserved-memory-percent": { ...number(25, 0, 100), isOfService: true },
  "set-max-intset-entries": number(512, 0, 2_147_483_647),
  "slowlog-log-slower-than": number(10_000, -1, 2_147_483_647),
  "slowlog-max-len": number(128, 0, 2_147_483_647),
  "stream-node-max-bytes": number(4096, 0, 2_147_483_647),
  "stream-node-max-entries": number(100, 0, 2_147_483_647),
  "tcp-keepalive": number(300, 0, 2_147_483_647),
  timeout: number(0, 0, 2_147_483_647),
  "tracking-table-max-keys": number(1_000_000, 1, 100_000_000),
  "zset-max-listpack-entries": number(128, 0, 2_147_483_647),
  "zset-max-listpack-value": number(64, 0, 2_147_483_647),
};

/** May it be this? */
function canBe({ type, allowed }: CacheParameter, value: string): boolean {
  if (type === "integer") {
    const [, least, most] = /^(-?\d+)-(\d+)$/.exec(allowed) ?? [];
    return /^-?\d+$/.test(value) && Number(value) >= Number(least) && Number(value) <= Number(most);
  }
  return allowed === "" ? /^[KEg$lshzxedtnmA]*$/.test(value) : allowed.split(",").includes(value);
}

/**
 * What is set once a parameter group has been changed.
 * @param refuse the service's error for what cannot be set
 */
export function changedParameters(
  set: Readonly<Record<string, string>>,
  changes: readonly { readonly ParameterName?: string; readonly ParameterValue?: string }[],
  refuse: (reason: string) => Error,
): Record<string, string> {
  const parameters = { ...set };
  for (const { ParameterName: name = "", ParameterValue: value } of changes) {
    const parameter = Object.hasOwn(CACHE_PARAMETERS, name) ? CACHE_PARAMETERS[name] : undefined;
    if (!parameter) throw refuse(`Could not find parameter with name: ${name}`);
    if (parameter.isFixed) throw refuse(`The parameter ${name} cannot be modified.`);
    if (value === undefined || !canBe(parameter, value))
      throw refuse(`Invalid parameter value: ${value} for: ${name} allowed values are: ${parameter.allowed}`);
    parameters[name] = value;
  }
  return parameters;
}

/** What is left set when some parameters, or all of them, are as AWS has them again. */
export const resetParameters = (
  set: Readonly<Record<string, string>>,
  names: readonly (string | undefined)[] | "all",
): Record<string, string> =>
  Object.fromEntries(Object.entries(set).filter(([name]) => names !== "all" && !names.includes(name)));

/** What a server has of a parameter group: what it is started with, and what can change while it runs. @param set by its user */
export function parametersOf(set: Readonly<Record<string, string>>) {
  const parameters: Record<string, string> = {};
  const live: Record<string, string> = {};
  for (const [one, { value, isStatic, isOfService }] of Object.entries(CACHE_PARAMETERS)) {
    if (isOfService) continue;
    if (!isStatic) live[one] = set[one] ?? value;
    else if (set[one] !== undefined) parameters[one] = set[one];
  }
  return { parameters, live };
}
