import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { reaper } from "../../core/reaper.ts";
import { DatabaseFiles } from "../database-files.ts";
import type { DatabaseServer, NewDatabase, ServerPlace } from "../database-server.ts";
import { giveAway, type User, unprivileged } from "../database-user.ts";
import { addressOf, Endpoint } from "../endpoint.ts";
import { endLeftover, LOOK_AGAIN_MS, PATIENCE_MS, runTool, ServerProcess } from "../server-process.ts";
import { type Dialect, dialects } from "./dialect.ts";
import type { MysqlInstallation } from "./installation.ts";

/** Who asks it what no user may: RDS has the same. */
const ADMIN = "rdsadmin";
/** Says that a server follows another. */
const COPY = "squall.copy";
/** What the master user may: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html */
const MASTER_GRANTS = [
  ...["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "RELOAD", "PROCESS", "REFERENCES", "INDEX"],
  ...["ALTER", "SHOW DATABASES", "CREATE TEMPORARY TABLES", "LOCK TABLES", "EXECUTE", "REPLICATION SLAVE"],
  ...["REPLICATION CLIENT", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE", "CREATE USER"],
  ...["EVENT", "TRIGGER"],
];
/** What a copy says of a source that it does not reach: a client's error. It tries again every second by itself. */
const AWAY = /Last_IO_Errno: 2\d{3}\b/;
/** Small: it is one of many on this machine. */
const SIZES = ["--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M", "--performance-schema=OFF"];

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const named = (text: string): string => `\`${text.replaceAll("`", "``")}\``;

/** One server of MySQL or MariaDB. */
export class MysqlServer implements DatabaseServer {
  readonly #programs: MysqlInstallation;
  readonly #dialect: Dialect;
  readonly #files: DatabaseFiles;
  readonly #adminPassword: string;
  readonly #process: ServerProcess;
  readonly #user: User | undefined = unprivileged("mysql");
  /** Where its copies find it: they do not speak by a socket. */
  readonly #source: Endpoint;

  constructor(programs: MysqlInstallation, { folder, adminPassword, say }: ServerPlace) {
    this.#programs = programs;
    this.#dialect = dialects[programs.flavor];
    this.#files = new DatabaseFiles(folder);
    this.#adminPassword = adminPassword;
    this.#process = new ServerProcess(say);
    this.#source = new Endpoint(addressOf(folder), 0);
    this.#files.makeFolder(this.#user);
  }

  set crashed(crashed: () => void) {
    this.#process.crashed = () => {
      this.#source.close();
      crashed();
    };
  }

  get socket(): string {
    return join(this.#files.folder, "mysql.sock");
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  get isThere(): boolean {
    return existsSync(join(this.#files.data, "mysql"));
  }

  get isCopy(): boolean {
    return existsSync(join(this.#files.data, COPY));
  }

  async create({ masterUsername, masterPassword, database }: NewDatabase): Promise<void> {
    this.#files.begin();
    const { empty, identified, grants } = this.#dialect;
    const admin = `'${ADMIN}'@'localhost'`;
    const master = `${quoted(masterUsername)}@'%'`;
    const statements = [
      ...empty,
      `CREATE USER ${admin} ${identified} ${quoted(this.#adminPassword)}`,
      `GRANT ALL ON *.* TO ${admin} WITH GRANT OPTION`,
      `CREATE USER ${master} ${identified} ${quoted(masterPassword)}`,
      `GRANT ${[...MASTER_GRANTS, ...grants].join(", ")} ON *.* TO ${master} WITH GRANT OPTION`,
      ...(database === undefined ? [] : [`CREATE DATABASE ${named(database)}`]),
    ];
    const file = join(this.#files.folder, "first.sql");
    writeFileSync(file, statements.map((statement) => `${statement};\n`).join(""), { mode: 0o600 });
    this.#giveAway(file);
    const { install, server } = this.#programs;
    // Servers that are made at the same time would take each other's temporary tables where the machine has its own.
    this.#makeScratch();
    const options = [
      "--innodb-log-file-size=8M",
      "--character-set-server=utf8mb4",
      `--tmpdir=${this.#scratch}`,
    ];
    await this.#run(
      install !== undefined
        ? [
            ...[install, "--no-defaults", `--datadir=${this.#files.unfinished}`, `--extra-file=${file}`],
            ...["--auth-root-authentication-method=normal", "--skip-test-db", ...options],
          ]
        : [
            ...[server, "--no-defaults", "--initialize-insecure", `--datadir=${this.#files.unfinished}`],
            ...[`--init-file=${file}`, "--loose-mysql-native-password=ON", ...options],
          ],
    );
    rmSync(file);
    this.#files.finish();
  }

  /** The primary stands still while its files are read: what they hold is what a loss of power would leave, and is mended by the copy. */
  async copy(primary: DatabaseServer): Promise<void> {
    const from = primary as MysqlServer;
    this.#files.begin();
    await from.#process.whileStill(() => this.#run(["cp", "-Rp", from.#files.data, this.#files.unfinished]));
    // What says who it is would make it the same server to others.
    rmSync(join(this.#files.unfinished, "auto.cnf"), { force: true });
    writeFileSync(join(this.#files.unfinished, COPY), "");
    this.#giveAway(join(this.#files.unfinished, COPY));
    this.#files.finish();
  }

  async save(folder: string): Promise<void> {
    const saved = DatabaseFiles.emptied(folder, this.#user);
    await this.#process.whileStill(() => this.#run(["cp", "-Rp", this.#files.data, saved.unfinished]));
    saved.finish();
  }

  async restore(folder: string): Promise<void> {
    this.#files.begin();
    await this.#run(["cp", "-Rp", new DatabaseFiles(folder).data, this.#files.unfinished]);
    for (const name of ["auto.cnf", COPY]) rmSync(join(this.#files.unfinished, name), { force: true });
    this.#files.finish();
  }

  async follow(primary: DatabaseServer): Promise<void> {
    const { address: host, port } = (primary as MysqlServer).#source;
    await this.ask(this.#dialect.follow({ host, port, user: ADMIN }, quoted(this.#adminPassword)));
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const state = await this.ask(this.#dialect.state, "--vertical");
      const isListening = /(?:Slave|Replica)_IO_Running: Yes/.test(state) || AWAY.test(state);
      if (isListening && /(?:Slave|Replica)_SQL_Running: Yes/.test(state)) return;
      if (performance.now() > endMs)
        throw new Error(
          `It does not follow its writer: ${/Last_(?:IO|SQL)_Error: (\S.*)/.exec(state)?.[1] ?? "it says nothing"}`,
        );
      await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
    }
  }

  async whenCaughtUp(copy: DatabaseServer): Promise<void> {
    const at = quoted(await this.ask(this.#dialect.position));
    const said = await (copy as MysqlServer).ask(this.#dialect.wait(at, PATIENCE_MS / 1000));
    if (said !== "0") throw new Error("The reader does not have all that the writer has.");
  }

  whenUp(): Promise<void> {
    return this.#process.whenUp();
  }

  start(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void> {
    return this.#process.start(() => this.#launch(parameters, isKept));
  }

  async #launch(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void> {
    await endLeftover(this.#pidFile, this.#files.data, "SIGTERM");
    this.#makeScratch();
    await this.#process.launch(
      [
        ...[
          this.#programs.server,
          "--no-defaults",
          `--datadir=${this.#files.data}`,
          `--socket=${this.socket}`,
        ],
        ...[
          `--pid-file=${this.#pidFile}`,
          `--tmpdir=${this.#scratch}`,
          `--secure-file-priv=${this.#scratch}`,
        ],
        ...[
          "--skip-networking",
          "--skip-name-resolve",
          "--skip-slave-start",
          "--character-set-server=utf8mb4",
        ],
        ...[
          `--server-id=${serverId(this.#files.folder)}`,
          "--log-bin=binlog",
          "--log-slave-updates",
          "--relay-log=relay",
        ],
        // A write is handed to the kernel before it is acknowledged: that outlives a killed process.
        ...(isKept ? [] : ["--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0"]),
        ...(this.isCopy ? ["--read-only=ON"] : []),
        ...SIZES,
        ...this.#dialect.options,
        ...Object.entries(parameters).map(([name, value]) => `--${name}=${value}`),
      ],
      { ...this.#surroundings, isReady: /: ready for connections/ },
    );
    await this.#source.open(this.socket);
  }

  async stop(): Promise<void> {
    this.#source.close();
    await this.#process.stop("SIGTERM");
  }

  async promote(): Promise<void> {
    await this.ask(this.#dialect.unfollow);
    rmSync(join(this.#files.data, COPY), { force: true });
    await this.ask("SET GLOBAL read_only = OFF");
  }

  async setPassword(user: string, password: string): Promise<void> {
    await this.ask(`ALTER USER ${quoted(user)}@'%' ${this.#dialect.identified} ${quoted(password)}`);
  }

  async remove(): Promise<void> {
    await this.stop();
    this.#files.remove();
  }

  /** Asks it as its administrator. @returns what it answers, in rows without a head */
  ask(statement: string, ...options: readonly string[]): Promise<string> {
    const { client } = this.#programs;
    return this.#run([
      ...[client, "--no-defaults", `--socket=${this.socket}`, `--user=${ADMIN}`, "--batch"],
      ...(options.length === 0 ? ["--skip-column-names"] : options),
      `--execute=${statement}`,
    ]);
  }

  get #pidFile(): string {
    return join(this.#files.folder, "server.pid");
  }

  /** Where it has what does not last, and the only folder that its users' statements write to and read from. */
  get #scratch(): string {
    return join(this.#files.folder, "tmp");
  }

  #makeScratch(): void {
    mkdirSync(this.#scratch, { recursive: true, mode: 0o700 });
    this.#giveAway(this.#scratch);
  }

  #giveAway(path: string): void {
    giveAway(path, this.#user);
  }

  get #surroundings() {
    return {
      cwd: "/",
      ...(this.#user && { user: this.#user }),
      environment: {
        PATH: process.env["PATH"] ?? "",
        LC_ALL: "C",
        HOME: this.#files.folder,
        MYSQL_PWD: this.#adminPassword,
        ...reaper.environment,
      },
    };
  }

  #run(command: readonly string[]): Promise<string> {
    return runTool(command, this.#surroundings);
  }
}

/** A number that no other server has, so that each knows what it has written itself. */
const serverId = (folder: string): number => createHash("sha256").update(folder).digest().readUInt32BE() || 1;
