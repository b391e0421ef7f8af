import { checkCacheLimits } from "../../aws/cache-limits.ts";
import type { Context } from "../../core/service.ts";
import { checkValkey } from "../../processes/valkey/installation.ts";
import { invalidParameterCombination, invalidParameterValue, noCapacity } from "./errors.ts";

const DEFAULT_VERSIONS: Readonly<Record<string, string>> = { redis: "7.1", valkey: "8.1" };

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  redis: ["4.0", "5.0", "6.0", "6.2", "7.0", "7.1"],
  valkey: ["7.2", "8.0", "8.1", "8.2"],
};

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html */
const NODE_TYPES =
  /^cache\.(?:t[123]\.(?:micro|small|medium)|t4g\.(?:micro|small|medium)|[mr][3-7](?:g|gd)?\.(?:medium|large|\d{0,2}xlarge)|c7gn\.(?:large|\d{0,2}xlarge))$/;

/** The engine that is meant. @throws InvalidParameterValue for one that does not run here */
export function engineOf(name = "redis"): string {
  if (name === "redis" || name === "valkey") return name;
  if (name === "memcached")
    throw invalidParameterValue(
      "Squall runs redis and valkey on this machine's Valkey or Redis, and not memcached.",
    );
  throw invalidParameterValue(
    `Invalid cache engine: ${name}. Supported engines are: valkey, redis, memcached.`,
  );
}

/** The version that is shown; the machine's runs. @throws InvalidParameterCombination */
export function versionOf(engine: string, version?: string): string {
  const known = VERSIONS[engine] ?? [];
  if (version === undefined) return shown(DEFAULT_VERSIONS[engine] ?? "");
  const found = known.find(
    (one) =>
      version === one || version === `${one}.0` || version.startsWith(`${one}.`) || version === `${one[0]}.x`,
  );
  if (!found) throw invalidParameterCombination(`Cannot find version ${version} for ${engine}`);
  return shown(version.endsWith(".x") ? (known.findLast((one) => one[0] === version[0]) ?? found) : found);
}

const shown = (version: string): string => `${version}.0`;

/** `redis7`, `valkey8`: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.html */
export function familyOf(engine: string, version: string): string {
  const [major = "", minor = ""] = version.split(".");
  if (engine === "valkey") return `valkey${major}`;
  if (major === "7") return "redis7";
  return major === "6" ? "redis6.x" : `redis${major}.${minor}`;
}

/** @throws what says what to install */
export const checkMachine = (): void => checkValkey(noCapacity);

/** What is asked of a cache, as far as it is a matter of numbers and names. Texts are inferred. @throws InvalidParameterValue */
export function checkLimits(wish: {
  readonly CacheNodeType?: string;
  readonly Port?: number;
  readonly SnapshotRetentionLimit?: number;
  readonly SnapshotWindow?: string;
  readonly PreferredMaintenanceWindow?: string;
}): void {
  const { CacheNodeType: type } = wish;
  if (type !== undefined && !NODE_TYPES.test(type))
    throw invalidParameterValue(`Invalid Cache Node Type: ${type}.`);
  checkCacheLimits(
    {
      port: wish.Port,
      snapshotDays: wish.SnapshotRetentionLimit,
      snapshotWindow: wish.SnapshotWindow,
      maintenanceWindow: wish.PreferredMaintenanceWindow,
    },
    invalidParameterValue,
  );
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html @throws InvalidParameterValue, InvalidParameterCombination */
export function checkAuthToken(token: string | undefined, hasTransitEncryption: boolean): void {
  if (token === undefined) return;
  if (!hasTransitEncryption)
    throw invalidParameterCombination(
      "AUTH token can only be specified when encryption-in-transit is enabled.",
    );
  if (!/^[\x21-\x7e]{16,128}$/.test(token) || /[\s"/@]/.test(token))
    throw invalidParameterValue(
      "Invalid AuthToken provided. Tokens must be 16 to 128 printable characters long, with no spaces and none of '/', '\"' and '@'.",
    );
}

/** @throws InvalidParameterCombination, InvalidParameterValue for what Squall cannot do without an authority */
export function checkTransitMode(
  mode: string | undefined,
  hasTransitEncryption: boolean,
  { host }: Context,
): void {
  if (mode === undefined) return;
  if (!hasTransitEncryption)
    throw invalidParameterCombination(
      "TransitEncryptionMode can only be specified when encryption-in-transit is enabled.",
    );
  if (mode === "required" && !host.certificate)
    throw invalidParameterValue(
      "Squall requires TLS of a cache's clients when it is started with --https: it has certificates of its own then.",
    );
}
