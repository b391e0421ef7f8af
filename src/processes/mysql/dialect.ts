import type { Flavor } from "./installation.ts";

/** What MySQL and MariaDB call differently. */
export interface Dialect {
  /** What a new server's statements begin with: nobody is let in but whom they make. */
  readonly empty: readonly string[];
  /** How a user with a password is made: who comes by a socket cannot be asked for more than that. */
  readonly identified: string;
  /** What the master user has beyond what both have: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html */
  readonly grants: readonly string[];
  readonly options: readonly string[];
  /** Asks for all that a server has. */
  readonly position: string;
  /** Asks a copy to wait until it has that: it answers 0. */
  wait(position: string, seconds: number): string;
  follow(
    primary: { readonly host: string; readonly port: number; readonly user: string },
    password: string,
  ): string;
  /** Asks how it follows. */
  readonly state: string;
  readonly unfollow: string;
}

export const dialects: Readonly<Record<Flavor, Dialect>> = {
  mariadb: {
    empty: ["DELETE FROM mysql.global_priv WHERE User IN ('', 'root')", "FLUSH PRIVILEGES"],
    identified: "IDENTIFIED BY",
    grants: [],
    options: [],
    position: "SELECT @@GLOBAL.gtid_binlog_pos",
    wait: (position, seconds) => `SELECT MASTER_GTID_WAIT(${position}, ${seconds})`,
    // A copy has what its own log says, whoever wrote that.
    follow: ({ host, port, user }, password) =>
      `STOP SLAVE; SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_binlog_pos; CHANGE MASTER TO MASTER_HOST='${host}', MASTER_PORT=${port}, MASTER_USER='${user}', MASTER_PASSWORD=${password}, MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=slave_pos; START SLAVE`,
    state: "SHOW SLAVE STATUS",
    unfollow: "STOP SLAVE; RESET SLAVE ALL",
  },
  mysql: {
    empty: ["DROP USER IF EXISTS 'root'@'localhost'"],
    identified: "IDENTIFIED WITH mysql_native_password BY",
    grants: ["CREATE ROLE", "DROP ROLE"],
    options: [
      "--gtid-mode=ON",
      "--enforce-gtid-consistency=ON",
      "--loose-mysqlx=OFF",
      "--loose-mysql-native-password=ON",
    ],
    position: "SELECT @@GLOBAL.gtid_executed",
    wait: (position, seconds) => `SELECT WAIT_FOR_EXECUTED_GTID_SET(${position}, ${seconds})`,
    follow: ({ host, port, user }, password) =>
      `STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='${host}', SOURCE_PORT=${port}, SOURCE_USER='${user}', SOURCE_PASSWORD=${password}, SOURCE_CONNECT_RETRY=1, SOURCE_AUTO_POSITION=1; START REPLICA`,
    state: "SHOW REPLICA STATUS",
    unfollow: "STOP REPLICA; RESET REPLICA ALL",
  },
};
