import { invalidParameterCombination, invalidParameterValue } from "./errors.ts";

/** What of an engine is not as with all others. */
export interface Engine {
  readonly name: string;
  /** Its instances are those of clusters. */
  readonly isAurora: boolean;
  /** Whose server it runs on. */
  readonly server: "postgres" | "mysql" | "mariadb";
  readonly port: number;
  readonly license: string;
  /** Who its master user is when nobody says. */
  readonly masterUsername: string;
  readonly masterUsernames: RegExp;
  /** A version that it has; its first group is the one that parameter groups are for. */
  readonly versions: RegExp;
  readonly defaultVersion: string;
}

const POSTGRES = {
  server: "postgres",
  port: 5432,
  license: "postgresql-license",
  masterUsername: "postgres",
  masterUsernames: /^(?!rds|pg_|admin$)[a-zA-Z_]\w{0,62}$/,
} as const;
const MYSQL = {
  server: "mysql",
  port: 3306,
  license: "general-public-license",
  masterUsername: "admin",
  masterUsernames: /^(?!rds|mysql|mariadb|root$)[a-zA-Z]\w{0,15}$/,
} as const;

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html: `Engine` */
export const engines: readonly Engine[] = [
  {
    ...POSTGRES,
    name: "postgres",
    isAurora: false,
    versions: /^(1[1-8])(?:\.\d+)?$/,
    defaultVersion: "17.6",
  },
  {
    ...POSTGRES,
    name: "aurora-postgresql",
    isAurora: true,
    versions: /^(1[1-7])(?:\.\d+)?$/,
    defaultVersion: "16.9",
  },
  {
    ...MYSQL,
    name: "mysql",
    isAurora: false,
    versions: /^(5\.7|8\.[04])(?:\.\d+)?$/,
    defaultVersion: "8.0.43",
  },
  {
    ...MYSQL,
    name: "mariadb",
    server: "mariadb",
    isAurora: false,
    versions: /^(10\.(?:[4-6]|11)|11\.[48])(?:\.\d+)?$/,
    defaultVersion: "11.4.8",
  },
  {
    ...MYSQL,
    name: "aurora-mysql",
    isAurora: true,
    versions: /^(5\.7|8\.0)(?:\.mysql_aurora\.[23]\.\d+\.\d+)?$/,
    defaultVersion: "8.0.mysql_aurora.3.08.2",
  },
];

/** @throws InvalidParameterValue for one that does not run here */
export function engineOf(name: string): Engine {
  const engine = engines.find((one) => one.name === name);
  if (engine) return engine;
  throw invalidParameterValue(
    `Squall runs ${engines.map((one) => one.name).join(", ")} on this machine's PostgreSQL, MySQL or MariaDB, and not ${name}.`,
  );
}

/** An engine of clusters. */
export function clusterEngineOf(name: string): Engine {
  const engine = engineOf(name);
  if (engine.isAurora) return engine;
  const aurora = engines.filter(({ isAurora }) => isAurora).map((one) => one.name);
  throw invalidParameterValue(`Squall has clusters of ${aurora.join(" and ")}, and not of ${name}.`);
}

/** @returns the name of the snapshot that is taken before what is deleted goes @throws InvalidParameterCombination */
export function finalSnapshotOf(input: {
  readonly SkipFinalSnapshot?: boolean;
  readonly FinalDBSnapshotIdentifier?: string;
}): string | undefined {
  const hasName = input.FinalDBSnapshotIdentifier !== undefined;
  if (input.SkipFinalSnapshot && hasName)
    throw invalidParameterCombination(
      "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled.",
    );
  if (!input.SkipFinalSnapshot && !hasName)
    throw invalidParameterCombination(
      "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
    );
  return input.FinalDBSnapshotIdentifier;
}

/** An empty one, as Terraform sends it, is none. */
export const versionOf = ({ defaultVersion }: Engine, asked: string | undefined): string =>
  asked || defaultVersion;

/** `postgres17`, `mysql8.0` */
export const familyOf = ({ name, versions }: Engine, version: string): string =>
  `${name}${versions.exec(version)?.[1] ?? ""}`;

/** The engine that a family of parameter groups is for; undefined for what is none. */
export const engineOfFamily = (family: string): Engine | undefined =>
  engines.find(
    ({ name, versions }) =>
      family.startsWith(name) && versions.exec(family.slice(name.length))?.[1] === family.slice(name.length),
  );
