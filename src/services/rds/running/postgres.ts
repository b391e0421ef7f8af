import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { disownGroup } from "../../../core/process-groups.ts";
import { reaper } from "../../../core/reaper.ts";
import { type Ended, runProgram } from "../../../processes/program.ts";

/** Who PostgreSQL's files belong to, and who asks it what no user may: RDS has the same. */
const ADMIN = "rdsadmin";
const DEBIAN = "/usr/lib/postgresql";
/** What a server gets to end in order, before it is ended. */
const PATIENCE_MS = 10_000;

export const HOW_TO_INSTALL =
  "Squall runs databases on this machine's PostgreSQL, and finds none: install it (apt-get install postgresql, brew install postgresql), so that initdb and postgres are on the PATH or in /usr/lib/postgresql/*/bin.";

/** The folder with PostgreSQL's programs; undefined on a machine without them. The newest that Debian has installed, else the PATH's. */
export function postgresFolder(): string | undefined {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, "bin"))
    : [];
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return [...debian, ...path].find(
    (folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
  );
}

/** PostgreSQL refuses to run as root: then its own user of Debian's package runs it, or nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (!user)
    throw new Error("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** A folder of ours that PostgreSQL's user can reach: another user cannot look into our scratch folder. */
export function databaseFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-rds-"));
  reaper.sweep(folder);
  giveAway(folder);
  return folder;
}

function giveAway(folder: string): void {
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
}

/** What a new server is made with. */
export interface NewDatabase {
  readonly adminPassword: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly database?: string;
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

  get #data(): string {
    return join(this.#folder, "data");
  }

  /** Makes an empty database with its master user, who is no superuser, as on RDS. @throws Error with what PostgreSQL says */
  async create({ masterUsername, masterPassword, database }: NewDatabase): Promise<void> {
    this.#clear();
    const passwordFile = join(this.#folder, "password");
    writeFileSync(passwordFile, `${this.#adminPassword}\n`, { mode: 0o600 });
    giveAway(passwordFile);
    await this.#run("initdb", [
      ...["-D", this.#data, "-U", ADMIN, `--pwfile=${passwordFile}`, "-A", "scram-sha-256"],
      ...["-E", "UTF8", "--no-locale", "--no-sync"],
    ]);
    rmSync(passwordFile);
    const user = named(masterUsername);
    await this.#run(
      "postgres",
      ["--single", "-D", this.#data, "postgres"],
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
  }

  /** Makes it a copy of a server that runs, which follows that from then on. */
  async copy(primary: PostgresServer): Promise<void> {
    this.#clear();
    await this.#run("pg_basebackup", [
      ...["-D", this.#data, "-h", primary.#folder, "-U", ADMIN],
      ...["-R", "-X", "stream", "-c", "fast", "--no-sync"],
    ]);
  }

  /**
   * Starts it, and resolves when it takes connections.
   * @param parameters of its parameter group
   * @throws Error with what PostgreSQL says when it does not come up
   */
  async start(parameters: Readonly<Record<string, string>>, isKept: boolean): Promise<void> {
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
    const lines: string[] = [];
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
        started: (pid) => {
          group = pid;
        },
        err: (chunk) => {
          const text = chunk.toString("utf8").trimEnd();
          lines.push(text);
          this.#say(text);
          if (/ready to accept (?:read-only )?connections/.test(text)) ready.resolve();
        },
      },
    );
    const running = { group, ended };
    this.#running = running;
    void ended
      .catch((error: Error) => lines.push(error.message))
      .finally(() => {
        disownGroup(group);
        if (this.#running === running) this.#running = undefined;
        ready.reject(new Error(lines.slice(-3).join(" ") || "postgres has ended"));
      });
    await ready.promise;
  }

  /** Ends it in order: who is connected is cut off, and what is written has reached its copies. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    tell(running.group, "SIGINT");
    await Promise.race([running.ended.catch(() => {}), sleep(PATIENCE_MS, undefined, { ref: false })]);
    this.kill();
  }

  kill(): void {
    if (this.#running) disownGroup(this.#running.group);
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
  remove(): void {
    this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #clear(): void {
    rmSync(this.#data, { recursive: true, force: true });
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
      throw new Error(`${program}: ${said.split("\n").slice(-3).join(" ")}`);
    return Buffer.concat(out).toString("utf8").trim();
  }
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
