import { checkCacheLimits } from "../../aws/cache-limits.ts";
import { checkValkey } from "../../processes/valkey/installation.ts";
import { invalidParameterCombination, invalidParameterValue, noCapacity } from "./errors.ts";

/** https://docs.aws.amazon.com/memorydb/latest/devguide/engine-versions.html: the newest last. */
export const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  redis: ["6.2", "7.0", "7.1"],
  valkey: ["7.2", "7.3"],
};

/** https://docs.aws.amazon.com/memorydb/latest/devguide/nodes.supportedtypes.html */
const NODE_TYPES =
  /^db\.(?:t4g\.(?:small|medium)|r6g\.(?:large|\d{0,2}xlarge)|r6gd\.\d{0,2}xlarge|r7g\.(?:large|\d{0,2}xlarge))$/;

/** @throws InvalidParameterValueException */
export function engineOf(name = "redis"): string {
  const engine = name.toLowerCase();
  if (!Object.hasOwn(VERSIONS, engine))
    throw invalidParameterValue(`Invalid engine: ${name}. Supported engines are: redis, valkey.`);
  return engine;
}

/** The version that is shown; the machine's runs. @throws InvalidParameterCombinationException */
export function versionOf(engine: string, version?: string): string {
  const known = VERSIONS[engine] ?? [];
  const found =
    version === undefined ? known.at(-1) : known.find((one) => `${version}.`.startsWith(`${one}.`));
  if (found === undefined) throw invalidParameterCombination(`Cannot find version ${version} for ${engine}.`);
  return found;
}

/** `memorydb_redis7`, `memorydb_valkey7` */
export const familyOf = (engine: string, version: string): string =>
  `memorydb_${engine}${version.split(".")[0]}`;

/** @throws what says what to install */
export const checkMachine = (): void => checkValkey(noCapacity);

/** What is asked of a cluster, as far as it is a matter of numbers and names. Texts are inferred. @throws InvalidParameterValueException */
export function checkLimits(wish: {
  readonly NodeType?: string;
  readonly Port?: number;
  readonly SnapshotRetentionLimit?: number;
  readonly SnapshotWindow?: string;
  readonly MaintenanceWindow?: string;
}): void {
  const { NodeType: type } = wish;
  if (type !== undefined && !NODE_TYPES.test(type))
    throw invalidParameterValue(`Invalid node type: ${type}.`);
  checkCacheLimits(
    {
      port: wish.Port,
      snapshotDays: wish.SnapshotRetentionLimit,
      snapshotWindow: wish.SnapshotWindow,
      maintenanceWindow: wish.MaintenanceWindow,
    },
    invalidParameterValue,
  );
}
