import { type ChildProcess, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { disownGroup, ownGroup } from "../../../core/process-groups.ts";
import { reaper } from "../../../core/reaper.ts";
import { shortScratch } from "../../../core/scratch.ts";
import type { Command, Descriptor, ProcessEvents } from "./process-events.ts";
import { signalNumbered } from "./signals.ts";
import { spawnProcess } from "./spawn.ts";

/** How long one that has nothing to look after is kept. */
const IDLE_MS = 60_000;

/** What a forked process shows of itself to whoever looks from outside: that it is a function's. It has its own variables all the same. */
const SHOWN = { AWS_LAMBDA_RUNTIME_API: "127.0.0.1:0" };

interface Forked {
  readonly command: Command;
  readonly events: ProcessEvents;
  pid?: number;
  /** What it writes to. */
  readonly outputs: Set<Socket>;
}

/** Those that run, by what they are: one serves all clouds of this process. */
const servers = new Map<string, ForkServer>();
/** Those that ended by themselves before they had forked anything: their programs are started as others are. */
const useless = new Set<string>();

/**
 * Starts a program by forking a process that has imported what it imports first (`runtimes/python/forks.py`). Where that cannot be
 * done it is started as any other.
 */
export function forkProcess(command: Command, events: ProcessEvents): void {
  const key = JSON.stringify([command.file, command.args, command.forkedFrom]);
  if (useless.has(key)) {
    spawnProcess(command, events);
    return;
  }
  let server = servers.get(key);
  if (!server) {
    const started = new ForkServer(command, (isUseless) => {
      // Another may have taken its place.
      if (servers.get(key) === started) servers.delete(key);
      if (isUseless) useless.add(key);
    });
    servers.set(key, started);
    server = started;
  }
  server.fork(command, events);
}

/** A process that forks others, and what is heard of those. It ends when it has been idle for long, and with Squall. */
class ForkServer {
  readonly #process: ChildProcess;
  readonly #folder = shortScratch("forks");
  readonly #outputs: Server;
  /** Those that have not ended, by the number that we know them by. */
  readonly #forked = new Map<number, Forked>();
  readonly #over: (isUseless: boolean) => void;
  #count = 0;
  #hasForked = false;
  #idle: NodeJS.Timeout | undefined;

  /** @param over hears that it takes no more: it has been idle, or it has ended, perhaps before it could do anything */
  constructor({ file, args, forkedFrom }: Command, over: (isUseless: boolean) => void) {
    this.#over = over;
    const address = join(this.#folder, "outputs");
    this.#outputs = createServer((socket) => this.#connected(socket))
      .listen(address)
      .unref();
    this.#process = spawn(file, args, {
      cwd: "/",
      env: { ...forkedFrom, ...reaper.environment, ...SHOWN, _SQUALL_FORKS: address },
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    });
    const { pid, stdin, stdout } = this.#process as ChildProcess & { stdin: Socket; stdout: Socket };
    if (pid) ownGroup(pid);
    stdin.on("error", () => {
      // It has ended: its exit is heard of next.
    });
    createInterface(stdout).on("line", (line) => this.#heard(line));
    // Only what it has forked keeps Squall's process alive.
    for (const part of [this.#process, stdin, stdout]) part.unref();
    this.#process.once("error", () => this.#ended());
    this.#process.once("exit", () => this.#ended());
  }

  fork(command: Command, events: ProcessEvents): void {
    clearTimeout(this.#idle);
    const id = ++this.#count;
    this.#forked.set(id, { command, events, outputs: new Set() });
    const { file, args, cwd, env } = command;
    this.#process.stdin?.write(`${JSON.stringify({ id, args: [file, ...args], cwd, env })}\n`);
  }

  #heard(line: string): void {
    const [verb, first, second] = line.split(" ");
    if (verb === "forked") {
      this.#hasForked = true;
      const forked = this.#forked.get(Number(first));
      if (!forked) return;
      forked.pid = Number(second);
      forked.events.born(forked.pid);
    } else if (verb === "ended") {
      const pid = Number(first);
      for (const [id, forked] of this.#forked)
        if (forked.pid === pid) this.#exited(id, forked, Number(second));
      if (this.#forked.size === 0) this.#rest();
    }
  }

  /** @param status below 0 the number of a signal */
  #exited(id: number, { events, outputs }: Forked, status: number): void {
    this.#forked.delete(id);
    if (status < 0) events.exited(null, signalNumbered(-status) ?? "SIGKILL");
    else events.exited(status, null);
    if (outputs.size === 0) events.closed();
    for (const output of outputs)
      output.once("close", () => {
        if (outputs.size === 0) events.closed();
      });
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#over(false);
      this.#process.stdin?.end();
    }, IDLE_MS).unref();
  }

  /** A process that was forked begins to write: what it says first is who it is, and where this would be written to. */
  #connected(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    socket.once("data", (chunk: Buffer) => {
      const end = chunk.indexOf("\n");
      const [id, descriptor] = chunk.toString("latin1", 0, end).split(" ").map(Number);
      const forked = this.#forked.get(id ?? 0);
      if (!forked) return socket.destroy();
      forked.outputs.add(socket);
      socket.once("close", () => forked.outputs.delete(socket));
      const heard = (piece: Buffer) => forked.events.wrote(descriptor as Descriptor, piece);
      socket.on("data", heard);
      if (end + 1 < chunk.length) heard(chunk.subarray(end + 1));
    });
  }

  /** What it has forked nobody could tell of any more: it ends, too. What it was still to fork is started as any other. */
  #ended(): void {
    clearTimeout(this.#idle);
    this.#over(!this.#hasForked);
    if (this.#process.pid) disownGroup(this.#process.pid);
    for (const [id, forked] of this.#forked) {
      if (forked.pid === undefined) spawnProcess(forked.command, forked.events);
      else this.#exited(id, forked, -constants.signals.SIGKILL);
    }
    this.#forked.clear();
    this.#outputs.close();
    void rm(this.#folder, { recursive: true, force: true });
  }
}
