import { existsSync } from "node:fs";
import { join } from "node:path";
import { reaper } from "../../core/reaper.ts";
import { DatabaseFiles } from "../database-files.ts";
import type { DatabasePrograms, Setting } from "../database-server.ts";
import { runTool } from "../server-process.ts";
import { type Flavor, HOW_TO_INSTALL, type MysqlInstallation, mysqlInstallation } from "./installation.ts";
import { MysqlServer } from "./mysql.ts";

/** Options that are Squall's own: where its servers listen, how copies follow, and what a server is started for. */
const OWN =
  /^(?:port|socket|bind_address|extra_port|server_id|user|chroot|console|help|verbose|bootstrap|version|read_only|super_read_only|log_bin|log_error\w*|sql_log_bin|log_(?:slave|replica)_updates|standalone|unix_socket|(?:admin|report|gtid|enforce_gtid|relay|skip|mysqlx|feedback)_?\w*)$/;
/** Those by which it loads a library, runs statements as its administrator, or reads and writes files of the machine that it is on. */
const MACHINES =
  /(?:dirs?|_path|_file|_filename|_directory|_basename|_index|_priv)$|^(?:plugin|early_plugin|wsrep|ssl|tls|init_(?:file|slave|replica)|debug|core_file|gdb)/;

/** This machine's MySQL or MariaDB. */
export const mysql = (wanted: Flavor): DatabasePrograms => ({
  howToInstall: HOW_TO_INSTALL,
  areInstalled: () => installed(wanted) !== undefined,
  server(place) {
    // Who has made its files reads them.
    const isMariadbs = existsSync(join(new DatabaseFiles(place.folder).data, "aria_log_control"));
    const programs = isMariadbs ? mysqlInstallation("mariadb") : installed(wanted);
    if (programs === undefined) throw new Error(HOW_TO_INSTALL);
    return new MysqlServer(programs, place);
  },
  settings() {
    const programs = installed(wanted);
    if (!programs) return Promise.resolve(new Map());
    const known = described.get(programs.server) ?? describe(programs);
    described.set(programs.server, known);
    known.catch(() => described.delete(programs.server));
    return known;
  },
  allows: (name) => !(OWN.test(name) || MACHINES.test(name)),
  furtherSettings: undefined,
});

/** MySQL's databases run on a MariaDB where there is no MySQL; MariaDB's do not run on a MySQL. */
export const installed = (wanted: Flavor): MysqlInstallation | undefined =>
  (wanted === "mysql" ? mysqlInstallation("mysql") : undefined) ?? mysqlInstallation("mariadb");

const described = new Map<string, Promise<ReadonlyMap<string, Setting>>>();

/** So large is what may be as large as it likes. */
const LARGEST = 2 ** 64;

/** By what the server says of its variables: their names and what they are. What is static it does not say, nor how large a number may be. */
async function describe({ server }: MysqlInstallation): Promise<ReadonlyMap<string, Setting>> {
  const said = await runTool([server, "--no-defaults", "--verbose", "--help"], {
    cwd: "/",
    environment: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...reaper.environment },
  });
  const [, table = ""] = /^-+ -+\n([\s\S]*?)\n\n/m.exec(said) ?? [];
  return new Map(
    table.split("\n").map((line) => {
      const [name = "", value = ""] = line.split(/\s+(.*)/);
      return [
        name.replaceAll("-", "_"),
        {
          isStatic: false,
          type: typeOf(value),
          min: value.startsWith("-") ? -1 : 0,
          max: LARGEST,
          ...(value !== "" && value !== "(No default value)" && { initial: value }),
        },
      ];
    }),
  );
}

/** @param value its default */
function typeOf(value: string): Setting["type"] {
  if (/^(?:TRUE|FALSE)$/.test(value)) return "BOOLEAN";
  return /^-?\d+(?:\.\d+)?$/.test(value) ? "REAL" : "STRING";
}
