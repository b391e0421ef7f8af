import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Listener {
  readonly pid: number;
  readonly command: string;
}

/** The process that listens on a TCP port; undefined where the system does not tell (of other users, mostly). */
export function listenerOn(port: number): Listener | undefined {
  try {
    return process.platform === "linux"
      ? inProc(port)
      : process.platform === "win32"
        ? byNetstat(port)
        : byLsof(port);
  } catch {
    // One may not look, or what would is not there.
    return undefined;
  }
}

function inProc(port: number): Listener | undefined {
  const sockets = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => listening(file, port)));
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    if (filesOf(pid).some((file) => sockets.has(file))) return { pid: Number(pid), command: commandOf(pid) };
  return undefined;
}

/** State 0A is LISTEN; the tenth field is the socket's inode (proc(5)). */
function listening(file: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const rows = readFileSync(file, "utf8").split("\n").slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === "0A")
    .map((fields) => `socket:[${fields[9]}]`);
}

function filesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // It is another user's, or has just ended.
    return [];
  }
}

const commandOf = (pid: string): string =>
  readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim().slice(0, 80) ||
  "a process of the system";

function byLsof(port: number): Listener | undefined {
  const said = execFileSync("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], {
    encoding: "utf8",
    stdio: "pipe",
  });
  const [pid, command] = [/^p(\d+)/m.exec(said)?.[1], /^c(.+)/m.exec(said)?.[1]];
  return pid === undefined ? undefined : { pid: Number(pid), command: command ?? "a process" };
}

function byNetstat(port: number): Listener | undefined {
  const said = execFileSync("netstat", ["-ano", "-p", "TCP"], { encoding: "utf8", stdio: "pipe" });
  const pid = new RegExp(`:${port}\\s+\\S+\\s+LISTENING\\s+(\\d+)`).exec(said)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), command: "a process" };
}
