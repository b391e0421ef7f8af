import type { Log } from "../../../core/log.ts";
import type { DatabasePrograms } from "../../../processes/database-server.ts";
import { installed, mysql } from "../../../processes/mysql/programs.ts";
import { postgres } from "../../../processes/postgres/programs.ts";
import type { Engine } from "../engine.ts";
import { noCapacity } from "../errors.ts";

const PROGRAMS: Readonly<Record<Engine["server"], DatabasePrograms>> = {
  postgres,
  mysql: mysql("mysql"),
  mariadb: mysql("mariadb"),
};

/** What of this machine runs an engine's databases. */
export const programsOf = ({ server }: Engine): DatabasePrograms => PROGRAMS[server];

/** @throws what says what to install */
export function checkMachine(engine: Engine): void {
  const programs = programsOf(engine);
  if (!programs.areInstalled()) throw noCapacity(programs.howToInstall);
}

/** Tells once of a MySQL that is a MariaDB. */
export class StandIn {
  #isTold = false;

  tell({ name, server }: Engine, log: Log): void {
    if (this.#isTold || server !== "mysql" || installed("mysql")?.flavor !== "mariadb") return;
    this.#isTold = true;
    log.warn(`rds: ${name} runs on this machine's MariaDB: there is no MySQL.`);
  }
}
