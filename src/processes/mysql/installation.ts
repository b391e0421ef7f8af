import { spawnSync } from "node:child_process";
import { programOf } from "../programs-on-path.ts";

export const HOW_TO_INSTALL =
  "Squall runs databases of MySQL and MariaDB on this machine's own, and finds none: install it (apt-get install mariadb-server, brew install mariadb), so that mariadbd or mysqld is on the PATH or in /usr/sbin.";

export type Flavor = "mysql" | "mariadb";

/** The programs of a MySQL or a MariaDB. */
export interface MysqlInstallation {
  readonly flavor: Flavor;
  readonly server: string;
  readonly client: string;
  /** What makes MariaDB's files: MySQL's server makes its own. */
  readonly install: string | undefined;
}

/** Where packages put them, also where the PATH of a user does not lead. */
const FOLDERS = [
  "/usr/sbin",
  "/usr/bin",
  "/usr/libexec",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/usr/local/mysql/bin",
  "/opt/homebrew/bin",
];

/** MySQL's server or MariaDB's; undefined on a machine without. */
export function mysqlInstallation(flavor: Flavor): MysqlInstallation | undefined {
  const server = flavor === "mariadb" ? found("mariadbd", "mysqld") : found("mysqld");
  const client = flavor === "mariadb" ? found("mariadb", "mysql") : found("mysql", "mariadb");
  if (server === undefined || client === undefined || flavorOf(server) !== flavor) return undefined;
  const install = flavor === "mariadb" ? found("mariadb-install-db", "mysql_install_db") : undefined;
  return flavor === "mariadb" && install === undefined ? undefined : { flavor, server, client, install };
}

const flavors = new Map<string, Flavor>();

/** Its name does not say it: MariaDB's is called mysqld as well. */
function flavorOf(server: string): Flavor {
  const known = flavors.get(server);
  if (known) return known;
  const { stdout } = spawnSync(server, ["--no-defaults", "--version"], { encoding: "utf8" });
  const flavor = /mariadb/i.test(stdout ?? "") ? "mariadb" : "mysql";
  flavors.set(server, flavor);
  return flavor;
}

const found = (...names: readonly string[]): string | undefined => programOf(names, FOLDERS);
