import type { Engine } from "./engine.ts";
import { invalidParameterCombination, invalidParameterValue } from "./errors.ts";
import { SERVERLESS } from "./serverless.ts";

/** Families of instance classes: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html */
const FAMILIES =
  /^(?:t[23]|t4g|m[1345]|m5d|m6(?:g|gd|i|id|idn|in)|m[78][gi]|m7(?:gd|id)|r[345]|r5[bd]|r6(?:g|gd|i|id|idn|in)|r[78][gi]|r7(?:gd|id)|x1e?|x2(?:g|gd|idn|iedn|iezn)|z1d|c6gd)$/;
const SIZES = /^(?:micro|small|medium|large|(?:\d{1,2})?xlarge(?:\.tpc\d\.mem\dx)?)$/;
/** Those of Aurora: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html */
const AURORA = /^(?:(?:t3|t4g)\.(?:medium|large)|[rx]\d.*)$/;

/** Of each storage type, in GiB: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
const STORAGE: Readonly<Record<string, readonly [least: number, most: number]>> = {
  standard: [5, 3_072],
  gp2: [20, 65_536],
  gp3: [20, 65_536],
  io1: [100, 65_536],
  io2: [100, 65_536],
};

const LEAST_PORT = 1_150;
const MOST_PORT = 65_535;
const MOST_BACKUP_DAYS = 35;
const MOST_PROMOTION_TIER = 15;

/** What is asked of a database, as far as it is a matter of numbers and names. */
interface Wish {
  readonly DBInstanceClass?: string;
  readonly EngineVersion?: string;
  readonly Port?: number;
  readonly AllocatedStorage?: number;
  readonly StorageType?: string;
  readonly BackupRetentionPeriod?: number;
  readonly PromotionTier?: number;
  readonly DBName?: string;
  readonly DatabaseName?: string;
}

/**
 * Refuses what RDS does not have. Texts for ports and promotion tiers are inferred: AWS's are not documented. That for backup days is
 * of a cluster of Aurora, which has always some: https://github.com/aws/aws-cdk/issues/10705
 * @throws InvalidParameterValue, InvalidParameterCombination
 */
export function checkLimits(wish: Wish, engine: Engine): void {
  const { DBInstanceClass, EngineVersion, Port, BackupRetentionPeriod, PromotionTier } = wish;
  if (DBInstanceClass !== undefined) checkClass(DBInstanceClass, engine, EngineVersion);
  if (EngineVersion && !engine.versions.test(EngineVersion))
    throw invalidParameterCombination(`Cannot find version ${EngineVersion} for ${engine.name}`);
  checkRange("database port", Port, LEAST_PORT, MOST_PORT);
  checkBackupDays(BackupRetentionPeriod, engine.isAurora ? 1 : 0);
  checkRange("promotion tier", PromotionTier, 0, MOST_PROMOTION_TIER);
  if (!engine.isAurora) checkStorage(wish, engine);
  for (const parameter of ["DBName", "DatabaseName"] as const)
    if (wish[parameter] !== undefined && !/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/.test(wish[parameter]))
      throw invalidParameterValue(
        `${parameter} must begin with a letter and contain only alphanumeric characters.`,
      );
}

function checkClass(name: string, { name: engine, isAurora, license }: Engine, version = ""): void {
  const [, family = "", size = ""] = /^db\.([a-z0-9]+)\.(.+)$/.exec(name) ?? [];
  const isServerless = name === SERVERLESS;
  if (!isServerless && !(FAMILIES.test(family) && SIZES.test(size)))
    throw invalidParameterValue(`Invalid DB Instance class: ${name}`);
  if (isAurora ? !isServerless && !AURORA.test(`${family}.${size}`) : isServerless)
    throw invalidParameterCombination(
      `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${name}, Engine=${engine}, EngineVersion=${version}, LicenseModel=${license}. For supported combinations of instance class and database engine version, see the documentation.`,
    );
}

function checkRange(what: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw invalidParameterValue(`Invalid ${what}: ${value}. Valid range: ${least}-${most}.`);
}

function checkBackupDays(days: number | undefined, least: number): void {
  if (days === undefined || (days >= least && days <= MOST_BACKUP_DAYS)) return;
  throw invalidParameterValue(
    `Invalid backup retention period: ${days}. Retention period must be between ${least} and ${MOST_BACKUP_DAYS}.`,
  );
}

function checkStorage({ AllocatedStorage: size, StorageType: type = "gp2" }: Wish, { name }: Engine): void {
  const [least, most] = STORAGE[type] ?? [];
  if (least === undefined || most === undefined) throw invalidParameterValue(`Invalid storage type: ${type}`);
  if (size !== undefined && (size < least || size > most))
    throw invalidParameterValue(
      `Invalid storage size for engine name ${name} and storage type ${type}: ${size}`,
    );
}
