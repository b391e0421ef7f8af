import { isDailyWindow, isWeeklyWindow } from "../../aws/windows.ts";
import { HOW_TO_INSTALL, valkeyProgram } from "../../processes/valkey/installation.ts";
import { invalidParameterCombination, invalidParameterValue, noCapacity } from "./errors.ts";

/** https://docs.aws.amazon.com/memorydb/latest/devguide/engine-versions.html: the newest last. */
export const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  redis: ["6.2", "7.0", "7.1"],
  valkey: ["7.2", "7.3"],
};

/** https://docs.aws.amazon.com/memorydb/latest/devguide/nodes.supportedtypes.html */
const NODE_TYPES =
  /^db\.(?:t4g\.(?:small|medium)|r6g\.(?:large|\d{0,2}xlarge)|r6gd\.\d{0,2}xlarge|r7g\.(?:large|\d{0,2}xlarge))$/;

const LEAST_PORT = 1;
const MOST_PORT = 65_535;
const MOST_SNAPSHOT_DAYS = 35;

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
export function checkMachine(): void {
  if (valkeyProgram() === undefined) throw noCapacity(HOW_TO_INSTALL);
}

/** What is asked of a cluster, as far as it is a matter of numbers and names. Texts are inferred. @throws InvalidParameterValueException */
export function checkLimits(wish: {
  readonly NodeType?: string;
  readonly Port?: number;
  readonly SnapshotRetentionLimit?: number;
  readonly SnapshotWindow?: string;
  readonly MaintenanceWindow?: string;
}): void {
  const { NodeType: type, Port: port, SnapshotRetentionLimit: days } = wish;
  if (type !== undefined && !NODE_TYPES.test(type))
    throw invalidParameterValue(`Invalid node type: ${type}.`);
  if (port !== undefined && (port < LEAST_PORT || port > MOST_PORT))
    throw invalidParameterValue(`Invalid port: ${port}. Must be between ${LEAST_PORT} and ${MOST_PORT}.`);
  if (days !== undefined && (days < 0 || days > MOST_SNAPSHOT_DAYS))
    throw invalidParameterValue(
      `Invalid snapshot retention limit: ${days}. Must be between 0 and ${MOST_SNAPSHOT_DAYS}.`,
    );
  if (wish.SnapshotWindow !== undefined && !isDailyWindow(wish.SnapshotWindow))
    throw invalidParameterValue(
      `Invalid snapshot window format: ${wish.SnapshotWindow}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC).`,
    );
  if (wish.MaintenanceWindow !== undefined && !isWeeklyWindow(wish.MaintenanceWindow))
    throw invalidParameterValue(
      `Invalid maintenance window format: ${wish.MaintenanceWindow}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC).`,
    );
}
