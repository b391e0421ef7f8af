import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { reaper } from "../../core/reaper.ts";
import { DatabaseFiles } from "../database-files.ts";
import type { DatabaseServer, NewDatabase, ServerPlace } from "../database-server.ts";
import { giveAway, type User, unprivileged } from "../database-user.ts";
import {
  endLeftover,
  LEFTOVER_MS,
  LOOK_AGAIN_MS,
  PATIENCE_MS,
  runTool,
  ServerProcess,
} from "../server-process.ts";
import { HOW_TO_INSTALL, postgresFolder } from "./installation.ts";

/** Who PostgreSQL's files belong to, and who asks it what no user may: RDS has the same. */
const ADMIN = "rdsadmin";
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const named = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A PostgreSQL that lets in whoever reaches its socket: something before it asks who they are. */
interface NewPostgres extends NewDatabase {
  readonly isTrusting?: boolean;
}

/** One PostgreSQL server. */
export class PostgresServer implements DatabaseServer {
  readonly #programs: string;
  readonly #files: DatabaseFiles;
  readonly #adminPassword: string;
  readonly #process: ServerProcess;
  readonly #user: User | undefined;

  constructor({ folder, adminPassword, say }: ServerPlace) {
    const programs = postgresFolder();
    if (programs === undefined) throw new Error(HOW_TO_INSTALL);
    this.#programs = programs;
    this.#files = new DatabaseFiles(folder);
    this.#adminPassword = adminPassword;
    this.#process = new ServerProcess(say);
    this.#user = unprivileged("postgres");
    this.#files.makeFolder(this.#user);
  }

  set crashed(crashed: () => void) {
    this.#process.crashed = crashed;
  }

  /** Where it takes connections. */
  get socket(): string {
    return join(this.#files.folder, ".s.PGSQL.5432");
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  /** Has it been made before? */
  get isThere(): boolean {
    return existsSync(join(this.#files.data, "PG_VERSION"));
  }

  /** Does it follow another, and take no writes? */
  get isCopy(): boolean {
    return existsSync(join(this.#files.data, "standby.signal"));
  }

  async create({ masterUsername, masterPassword, database, isTrusting = false }: NewPostgres): Promise<void> {
    this.#files.begin();
    const passwordFile = join(this.#files.folder, "password");
    writeFileSync(passwordFile, `${this.#adminPassword}\n`, { mode: 0o600 });
    giveAway(passwordFile, this.#user);
    await this.#run("initdb", [
      ...[
        "-D",
        this.#files.unfinished,
        "-U",
        ADMIN,
        `--pwfile=${passwordFile}`,
        "-A",
        isTrusting ? "trust" : "scram-sha-256",
      ],
      ...["-E", "UTF8", "--no-locale", "--no-sync"],
    ]);
    rmSync(passwordFile);
    const user = named(masterUsername);
    await this.#run(
      "postgres",
      ["--single", "-D", this.#files.unfinished, "postgres"],
      [
        "CREATE ROLE rds_superuser",
        "GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION",
        `CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE PASSWORD ${quoted(masterPassword)} IN ROLE rds_superuser`,
        `GRANT ALL ON SCHEMA public TO ${user}`,
        ...(database === undefined ? [] : [`CREATE DATABASE ${named(database)} OWNER ${user}`]),
      ]
        .map((statement) => `${statement}\n`)
        .join(""),
    );
    this.#files.finish();
  }

  async copy(primary: DatabaseServer): Promise<void> {
    this.#files.begin();
    await this.#run("pg_basebackup", [
      ...["-D", this.#files.unfinished, "-h", dirname(primary.socket), "-U", ADMIN],
      ...["-R", "-X", "stream", "-c", "fast", "--no-sync"],
    ]);
    this.#files.finish();
  }

  async save(folder: string): Promise<void> {
    const saved = DatabaseFiles.emptied(folder, this.#user);
    await this.#process.whenUp();
    if (this.isRunning)
      await this.#run("pg_basebackup", [
        ...["-D", saved.unfinished, "-h", this.#files.folder, "-U", ADMIN],
        ...["-X", "stream", "-c", "fast", "--no-sync"],
      ]);
    else await runTool(["cp", "-Rp", this.#files.data, saved.unfinished], this.#surroundings);
    rmSync(join(saved.unfinished, "postmaster.pid"), { force: true });
    saved.finish();
  }

  async restore(folder: string): Promise<void> {
    this.#files.begin();
    await runTool(["cp", "-Rp", new DatabaseFiles(folder).data, this.#files.unfinished], this.#surroundings);
    rmSync(join(this.#files.unfinished, "standby.signal"), { force: true });
    this.#files.finish();
  }

  async follow(primary: DatabaseServer): Promise<void> {
    const place = `user=${ADMIN} password=${this.#adminPassword} host=${quoted(dirname(primary.socket))} port=5432`;
    await this.ask(`ALTER SYSTEM SET primary_conninfo = ${quoted(place)}`);
    await this.ask("SELECT pg_reload_conf()");
  }

  async whenCaughtUp(copy: DatabaseServer): Promise<void> {
    const at = await this.ask("SELECT pg_current_wal_flush_lsn()");
    const endMs = performance.now() + PATIENCE_MS;
    while (
      (await (copy as PostgresServer).ask(`SELECT pg_last_wal_receive_lsn() >= ${quoted(at)}::pg_lsn`)) !==
      "t"
    ) {
      if (performance.now() > endMs) throw new Error("The reader does not have all that the writer has.");
      await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
    }
  }

  whenUp(): Promise<void> {
    return this.#process.whenUp();
  }

  start(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void> {
    return this.#process.start(() => this.#launchWhenFree(parameters, isKept));
  }

  async #launchWhenFree(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void> {
    await endLeftover(join(this.#files.data, "postmaster.pid"), this.#files.data, "SIGQUIT");
    const endMs = performance.now() + LEFTOVER_MS;
    for (;;) {
      try {
        await this.#launch(parameters, isKept);
        return;
      } catch (error) {
        // What served connections outlives its killed server for a moment, and has its shared memory as long.
        if (!/shared memory block|lock file/.test((error as Error).message) || performance.now() > endMs)
          throw error;
        await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  async #launch(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void> {
    const settings = {
      listen_addresses: "",
      unix_socket_directories: this.#files.folder,
      port: "5432",
      hot_standby: "on",
      wal_keep_size: "64MB",
      shared_buffers: "16MB",
      // What does not outlive Squall need not outlive the machine.
      ...(!isKept && { fsync: "off" }),
      ...parameters,
    };
    await this.#process.launch(
      [
        join(this.#programs, "postgres"),
        "-D",
        this.#files.data,
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      {
        ...this.#surroundings,
        // What it has of shared memory goes when it ends by its own doing alone.
        quits: true,
        isReady: /ready to accept (?:read-only )?connections/,
      },
    );
  }

  /** What is written has reached its copies when it has ended. */
  async stop(): Promise<void> {
    await this.#process.stop("SIGINT", "SIGQUIT");
  }

  async promote(): Promise<void> {
    await this.ask("SELECT pg_promote(true, 60)");
  }

  /** Asks it as its administrator. @returns what it answers, in rows without a head */
  async ask(statement: string): Promise<string> {
    return this.#run("psql", [
      ...["-h", this.#files.folder, "-U", ADMIN, "-d", "postgres", "-X", "-A", "-t"],
      ...["-v", "ON_ERROR_STOP=1", "-c", statement],
    ]);
  }

  async setPassword(user: string, password: string): Promise<void> {
    await this.ask(`ALTER ROLE ${named(user)} PASSWORD ${quoted(password)}`);
  }

  async remove(): Promise<void> {
    await this.stop();
    this.#files.remove();
  }

  get #surroundings() {
    return {
      cwd: "/",
      ...(this.#user && { user: this.#user }),
      environment: {
        PATH: `${this.#programs}${delimiter}${process.env["PATH"] ?? ""}`,
        LC_ALL: "C",
        HOME: this.#files.folder,
        PGPASSWORD: this.#adminPassword,
        ...reaper.environment,
      },
    };
  }

  #run(program: string, args: readonly string[], input?: string): Promise<string> {
    return runTool([join(this.#programs, program), ...args], {
      ...this.#surroundings,
      ...(input !== undefined && { input }),
      isWrong: /^\S+ \S+ \S+ \[\d+\] (?:ERROR|FATAL):/m,
    });
  }
}
