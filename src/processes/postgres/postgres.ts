import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { disownGroup, tell } from "../../core/process-groups.ts";
import { reaper } from "../../core/reaper.ts";
import { type Ended, runProgram } from "../program.ts";
import { giveAway, HOW_TO_INSTALL, postgresFolder, unprivileged } from "./installation.ts";

/** Who PostgreSQL's files belong to, and who asks it what no user may: RDS has the same. */
const ADMIN = "rdsadmin";
/** What a server gets to end in order, before it is ended. */
const PATIENCE_MS = 10_000;
/** What a server of an earlier Squall gets to notice that it is to end. */
const LEFTOVER_MS = 20_000;
const LOOK_AGAIN_MS = 50;
/** So much of what a program has said last is why it has failed. */
const LAST_WORDS = 3;

/** What a new server is made with. */
export interface NewDatabase {
  readonly adminPassword: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly database?: string;
  /** It lets in whoever reaches its socket: something before it asks who they are. */
  readonly isTrusting?: boolean;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const named = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** One PostgreSQL server: a folder of its own, and a socket in it. Nobody reaches it but through an endpoint. */
export class PostgresServer {
  readonly #programs: string;
  readonly #folder: string;
  readonly #adminPassword: string;
  readonly #say: (line: string) => void;
  /** What the server that runs is ended by. */
  #running: { readonly group: number; readonly ended: Promise<Ended> } | undefined;

  constructor(folder: string, adminPassword: string, say: (line: string) => void) {
    const programs = postgresFolder();
    if (programs === undefined) throw new Error(HOW_TO_INSTALL);
    this.#programs = programs;
    this.#folder = folder;
    this.#adminPassword = adminPassword;
    this.#say = say;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    giveAway(folder);
  }

  /** Where it takes connections. */
  get socket(): string {
    return join(this.#folder, ".s.PGSQL.5432");
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Has it been made before? */
  get isThere(): boolean {
    return existsSync(join(this.#data, "PG_VERSION"));
  }

  /** Does it follow another, and take no writes? */
  get isCopy(): boolean {
    return existsSync(join(this.#data, "standby.signal"));
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  /** What is made becomes `data` when it is whole: a process that is killed meanwhile leaves nothing that looks like a database. */
  get #unfinished(): string {
    return join(this.#folder, "data.new");
  }

  /** Makes an empty database with its master user, who is no superuser, as on RDS. @throws Error with what PostgreSQL says */
  async create({ masterUsername, masterPassword, database, isTrusting = false }: NewDatabase): Promise<void> {
    rmSync(this.#unfinished, { recursive: true, force: true });
    const passwordFile = join(this.#folder, "password");
    writeFileSync(passwordFile, `${this.#adminPassword}\n`, { mode: 0o600 });
    giveAway(passwordFile);
    await this.#run("initdb", [
      ...[
        "-D",
        this.#unfinished,
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
      ["--single", "-D", this.#unfinished, "postgres"],
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
    this.#finish();
  }

  /** Makes it a copy of a server that runs, which follows that from then on. */
  async copy(primary: PostgresServer): Promise<void> {
    rmSync(this.#unfinished, { recursive: true, force: true });
    await this.#run("pg_basebackup", [
      ...["-D", this.#unfinished, "-h", primary.#folder, "-U", ADMIN],
      ...["-R", "-X", "stream", "-c", "fast", "--no-sync"],
    ]);
    this.#finish();
  }

  #finish(): void {
    rmSync(this.#data, { recursive: true, force: true });
    renameSync(this.#unfinished, this.#data);
  }

  /** Has a copy that runs follow this server, whatever it has followed. */
  async follow(primary: PostgresServer): Promise<void> {
    const place = `user=${ADMIN} password=${this.#adminPassword} host=${quoted(primary.#folder)} port=5432`;
    await this.ask(`ALTER SYSTEM SET primary_conninfo = ${quoted(place)}`);
    await this.ask("SELECT pg_reload_conf()");
  }

  /** Resolves when a copy has all that this server has. @throws Error when it falls behind for too long */
  async whenCaughtUp(copy: PostgresServer): Promise<void> {
    const at = await this.ask("SELECT pg_current_wal_flush_lsn()");
    const endMs = performance.now() + PATIENCE_MS;
    while ((await copy.ask(`SELECT pg_last_wal_receive_lsn() >= ${quoted(at)}::pg_lsn`)) !== "t") {
      if (performance.now() > endMs) throw new Error("The reader does not have all that the writer has.");
      await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
    }
  }

  /**
   * Starts it, and resolves when it takes connections.
   * @param parameters of its parameter group
   * @throws Error with what PostgreSQL says when it does not come up
   */
  async start(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void> {
    await this.#endLeftover();
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
      unix_socket_directories: this.#folder,
      port: "5432",
      hot_standby: "on",
      wal_keep_size: "64MB",
      shared_buffers: "16MB",
      // What does not outlive Squall need not outlive the machine.
      ...(!isKept && { fsync: "off", synchronous_commit: "off" }),
      ...parameters,
    };
    let last: string[] = [];
    const note = (text: string) => {
      last = [...last, text].slice(-LAST_WORDS);
    };
    const ready = Promise.withResolvers<void>();
    let group = 0;
    const ended = runProgram(
      [
        join(this.#programs, "postgres"),
        "-D",
        this.#data,
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      {
        ...this.#surroundings,
        // What it has of shared memory goes when it ends by its own doing alone.
        quits: true,
        started: (pid) => {
          group = pid;
        },
        err: (chunk) => {
          const text = chunk.toString("utf8").trimEnd();
          note(text);
          this.#say(text);
          if (/ready to accept (?:read-only )?connections/.test(text)) ready.resolve();
        },
      },
    );
    const running = { group, ended };
    this.#running = running;
    void ended
      .catch((error: Error) => note(error.message))
      .finally(() => {
        disownGroup(group);
        if (this.#running === running) this.#running = undefined;
        ready.reject(new Error(last.join(" ") || "postgres has ended"));
      });
    await ready.promise;
  }

  /** One that a killed Squall has left, and that is still about to end: nobody else has this folder. */
  async #endLeftover(): Promise<void> {
    const lock = join(this.#data, "postmaster.pid");
    if (!existsSync(lock)) return;
    const pid = Number(readFileSync(lock, "utf8").split("\n")[0]);
    const endMs = performance.now() + LEFTOVER_MS;
    while (this.#isServer(pid)) {
      tell(pid, performance.now() > endMs ? "SIGKILL" : "SIGQUIT");
      await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
    }
  }

  /** Is this process a server of this folder? Its number may be somebody else's by now. */
  #isServer(pid: number): boolean {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(this.#data);
    } catch {
      return false;
    }
  }

  /** Ends it in order: who is connected is cut off, and what is written has reached its copies. One that takes too long is made to. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const ended = running.ended.catch(() => {});
    for (const signal of ["SIGINT", "SIGQUIT"] as const) {
      tell(running.group, signal);
      await Promise.race([ended, sleep(PATIENCE_MS, undefined, { ref: false })]);
      if (this.#running !== running) return;
    }
    disownGroup(running.group);
    this.#running = undefined;
  }

  /** A copy becomes one that is written to. */
  async promote(): Promise<void> {
    await this.ask("SELECT pg_promote(true, 60)");
  }

  /** Asks it as its administrator. @returns what it answers, in rows without a head */
  async ask(statement: string): Promise<string> {
    return this.#run("psql", [
      ...["-h", this.#folder, "-U", ADMIN, "-d", "postgres", "-X", "-A", "-t"],
      ...["-v", "ON_ERROR_STOP=1", "-c", statement],
    ]);
  }

  async setPassword(user: string, password: string): Promise<void> {
    await this.ask(`ALTER ROLE ${named(user)} PASSWORD ${quoted(password)}`);
  }

  /** Removes its files. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #surroundings() {
    const user = unprivileged();
    return {
      cwd: "/",
      ...(user && { user }),
      environment: {
        PATH: `${this.#programs}${delimiter}${process.env["PATH"] ?? ""}`,
        LC_ALL: "C",
        HOME: this.#folder,
        PGPASSWORD: this.#adminPassword,
        ...reaper.environment,
      },
    };
  }

  async #run(program: string, args: readonly string[], input?: string): Promise<string> {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let group = 0;
    const { code } = await runProgram([join(this.#programs, program), ...args], {
      ...this.#surroundings,
      ...(input !== undefined && { input }),
      started: (pid) => {
        group = pid;
      },
      out: (chunk) => out.push(chunk),
      err: (chunk) => err.push(chunk),
    }).finally(() => disownGroup(group));
    const said = Buffer.concat(err).toString("utf8").trim();
    if (code !== 0 || /^\S+ \S+ \S+ \[\d+\] (?:ERROR|FATAL):/m.test(said))
      throw new Error(`${program}: ${said.split("\n").slice(-LAST_WORDS).join(" ")}`);
    return Buffer.concat(out).toString("utf8").trim();
  }
}
