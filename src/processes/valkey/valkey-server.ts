import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { disownGroup, killGroup, tell } from "../../core/process-groups.ts";
import { reaper } from "../../core/reaper.ts";
import { type Ended, runProgram } from "../program.ts";
import { HOW_TO_INSTALL, valkeyProgram } from "./installation.ts";
import { type Reply, RespClient } from "./resp.ts";

/** Who asks it what no user may. */
const ADMIN = "squall";
/** What it gets to end in order, before it is ended. */
const PATIENCE_MS = 10_000;
const TELL_AGAIN_MS = 100;
const LOOK_AGAIN_MS = 20;
const DUMP = "dump.rdb";

/** A user as `ACL SETUSER` takes it: its name, and its rules. */
export interface AclUser {
  readonly name: string;
  /** `on`, `>password`, `~*`, `+@all` … */
  readonly rules: readonly string[];
}

/** What a server is started with. */
export interface ValkeySettings {
  /** What it is started with. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What can change while it runs; one that it does not know is left out. */
  readonly live: Readonly<Record<string, string>>;
  readonly users: readonly AclUser[];
  /** What is acknowledged outlives the process. */
  readonly isKept: boolean;
}

/** Where a server has its files and its socket. */
export interface ValkeyPlace {
  readonly folder: string;
  /** Short: a socket's path has a hundred characters at most. */
  readonly socket: string;
  readonly adminPassword: string;
}

/** One Valkey (or Redis) server: a folder of its own, and a socket. Nobody reaches it but through an endpoint, its replicas neither. */
export class ValkeyServer {
  readonly #program: string;
  readonly #place: ValkeyPlace;
  readonly #say: (line: string) => void;
  #running: { readonly group: number; readonly ended: Promise<Ended> } | undefined;
  #client: RespClient | undefined;
  /** Hears that it has ended without having been told to. */
  crashed: () => void = () => {};

  constructor(place: ValkeyPlace, say: (line: string) => void) {
    const program = valkeyProgram();
    if (program === undefined) throw new Error(HOW_TO_INSTALL);
    this.#program = program;
    this.#place = place;
    this.#say = say;
  }

  get socket(): string {
    return this.#place.socket;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Starts it, and resolves when it takes connections. @throws Error with what it says when it does not come up */
  async start(settings: ValkeySettings): Promise<void> {
    const { folder, socket } = this.#place;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await this.#endLeftover();
    rmSync(socket, { force: true });
    const file = join(folder, "server.conf");
    // Where it keeps a log of what is written it reads nothing else.
    const isRestored =
      settings.isKept && existsSync(join(folder, DUMP)) && !existsSync(join(folder, "appendonlydir"));
    writeFileSync(file, this.#configuration({ ...settings, isKept: settings.isKept && !isRestored }), {
      mode: 0o600,
    });
    const lines: string[] = [];
    const ready = Promise.withResolvers<void>();
    let group = 0;
    const ended = runProgram([this.#program, file], {
      cwd: folder,
      environment: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", ...reaper.environment },
      started: (pid) => {
        group = pid;
      },
      out: (chunk) => {
        const text = chunk.toString("utf8").trimEnd();
        lines.push(...text.split("\n"));
        lines.splice(0, lines.length - 20);
        this.#say(text);
        if (/ready to accept connections/i.test(text)) ready.resolve();
      },
      err: (chunk) => lines.push(...chunk.toString("utf8").trimEnd().split("\n")),
    });
    const running = { group, ended };
    this.#running = running;
    void ended
      .catch((error: Error) => lines.push(error.message))
      .finally(() => {
        disownGroup(group);
        const isUnexpected = this.#running === running;
        if (isUnexpected) this.#forget();
        ready.reject(new Error(lines.slice(-3).join(" ") || "It has ended."));
        if (isUnexpected) this.crashed();
      });
    await ready.promise;
    await this.#setLive(settings.live);
    // It has read what it was given, and keeps from now on what is written.
    if (isRestored) await this.ask("CONFIG", "SET", "appendonly", "yes");
  }

  /** Has a server that runs the settings that can change meanwhile. */
  async change({ live, users }: ValkeySettings): Promise<void> {
    await this.#setLive(live);
    await this.#setUsers(users);
  }

  async #setLive(live: ValkeySettings["live"]): Promise<void> {
    // Its replicas have ended before it: it need not wait for them.
    for (const [name, value] of Object.entries({ ...live, "shutdown-timeout": "0" }))
      await this.ask("CONFIG", "SET", name, value).catch((error: Error) =>
        this.#say(`${name}: ${error.message}`),
      );
  }

  /** Writes all that it holds to a file. */
  async snapshot(file: string): Promise<void> {
    await this.ask("SAVE");
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    copyFileSync(join(this.#place.folder, DUMP), file);
    rmSync(join(this.#place.folder, DUMP));
  }

  /** Has it hold what a snapshot holds, when it is started next. */
  restore(file: string): void {
    mkdirSync(this.#place.folder, { recursive: true, mode: 0o700 });
    copyFileSync(file, join(this.#place.folder, DUMP));
  }

  #configuration({ parameters, users, isKept }: ValkeySettings): string {
    const { folder, socket, adminPassword } = this.#place;
    const lines = [
      // It takes no connections but by its socket: those of its replicas come by an endpoint, too.
      "port 0",
      `unixsocket ${quoted(socket)}`,
      "unixsocketperm 700",
      `dir ${quoted(folder)}`,
      `pidfile ${quoted(join(folder, "pid"))}`,
      `masteruser ${ADMIN}`,
      `masterauth ${adminPassword}`,
      "repl-diskless-sync yes",
      "repl-diskless-sync-delay 0",
      'save ""',
      // A write is handed to the kernel before it is acknowledged: that outlives a killed process.
      `appendonly ${isKept ? "yes" : "no"}`,
      "appendfsync no",
      ...Object.entries(parameters).map(([name, value]) => `${name} ${quoted(value)}`),
      `user ${ADMIN} on >${adminPassword} ~* &* +@all`,
      ...users.map(({ name, rules }) => `user ${name} ${rules.join(" ")}`),
    ];
    return `${lines.join("\n")}\n`;
  }

  /** One that a killed Squall has left, and that is still about to end: nobody else has this folder. */
  async #endLeftover(): Promise<void> {
    const file = join(this.#place.folder, "pid");
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, "utf8"));
    while (this.#isServer(pid)) {
      killGroup(pid);
      await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
    }
  }

  /** Is this process a server of this folder? Its number may be somebody else's by now. */
  #isServer(pid: number): boolean {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(this.#place.folder);
    } catch {
      return false;
    }
  }

  /** Asks it as its administrator. @throws Error with what it says is wrong */
  async ask(...command: readonly string[]): Promise<Reply> {
    if (!this.#client) {
      const client = new RespClient(this.#place.socket);
      this.#client = client;
      await client.ask("AUTH", ADMIN, this.#place.adminPassword);
    }
    return this.#client.ask(...command);
  }

  /** A further connection as its administrator, to which each byte is a character. It ends with the server. */
  async connection(): Promise<RespClient> {
    const client = new RespClient(this.#place.socket, "latin1");
    await client.ask("AUTH", ADMIN, this.#place.adminPassword);
    return client;
  }

  /** What `INFO` says of one section, by name. */
  async info(section: string): Promise<Readonly<Record<string, string>>> {
    const text = String(await this.ask("INFO", section));
    return Object.fromEntries(
      text
        .split("\r\n")
        .filter((line) => line.includes(":"))
        .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
    );
  }

  /** Has it the users, and no others: who is connected as one that is gone, or whose password has changed, stays as long as it likes. */
  async #setUsers(users: readonly AclUser[]): Promise<void> {
    for (const { name, rules } of users) await this.ask("ACL", "SETUSER", name, "reset", ...rules);
    const names = new Set([ADMIN, "default", ...users.map(({ name }) => name)]);
    const known = (await this.ask("ACL", "USERS")) as readonly string[];
    const gone = known.filter((name) => !names.has(name));
    if (gone.length > 0) await this.ask("ACL", "DELUSER", ...gone);
  }

  /** Ends it as a loss of power does. */
  async kill(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#forget();
    killGroup(running.group);
    await running.ended.catch(() => {});
  }

  /** Ends it in order: what it holds is kept if it is to be. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#forget();
    const ended = running.ended.catch(() => {});
    let hasEnded = false;
    void ended.then(() => {
      hasEnded = true;
    });
    const endMs = performance.now() + PATIENCE_MS;
    // One that has just got all that its primary has writes that down first, and has to be told again.
    while (!hasEnded && performance.now() < endMs) {
      tell(running.group, "SIGTERM");
      await Promise.race([ended, sleep(TELL_AGAIN_MS, undefined, { ref: false })]);
    }
    killGroup(running.group);
    await ended;
  }

  /** Removes all that it holds. */
  empty(): void {
    rmSync(this.#place.folder, { recursive: true, force: true });
  }

  #forget(): void {
    this.#running = undefined;
    this.#client?.close();
    this.#client = undefined;
  }
}

const quoted = (text: string): string => JSON.stringify(text);
