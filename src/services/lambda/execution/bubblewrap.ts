import { execFileSync } from "node:child_process";
import { lstatSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import type { Place } from "./places.ts";
import type { Command } from "./process-events.ts";

/**
 * Functions in namespaces of their own: users, processes, mounts, IPC. It needs no root where the kernel lets users make
 * namespaces (https://github.com/containers/bubblewrap). The network stays the machine's: Squall is reached over it.
 */
const NAMESPACES = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup-try",
  "--die-with-parent",
  "--cap-drop",
  "ALL",
];

/** What programs of the machine need to run. Nobody's files are in there. */
const SYSTEM = ["/usr", "/etc", "/nix/store", "/run/systemd/resolve"];
/** Links into /usr on most machines. */
const ROOTS = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/** AWS's own, where programs are looked for. */
export const SANDBOX_PATH = "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin";

/** What keeps functions from running in a sandbox on this machine; undefined when nothing does. */
export function sandboxComplaint(): string | undefined {
  const wanted = "functions are to run in a sandbox, and that needs";
  if (process.platform !== "linux") return `${wanted} Linux.`;
  try {
    execFileSync("bwrap", [...NAMESPACES, ...systemFolders(), "--proc", "/proc", "--dev", "/dev", "true"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      return `${wanted} bubblewrap: install it so that \`bwrap\` is on the PATH (apt-get install bubblewrap).`;
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    return `${wanted} user namespaces, which this machine does not let us have: ${said}`;
  }
}

export interface SandboxFolders {
  /** Read by the function at the places that functions know. */
  readonly places: readonly Place[];
  /** Read by the function where they are. */
  readonly reads: readonly string[];
  /** The function's own `/tmp`. */
  readonly temporary: string;
}

/** The command that runs a command in a sandbox. */
export function sandboxed(command: Command, { places, reads, temporary }: SandboxFolders): Command {
  const elsewhere = reads.filter((path) => !isOfSystem(path) && !places.some(({ here }) => here === path));
  const args = [
    ...NAMESPACES,
    ...systemFolders(),
    ...["--proc", "/proc", "--dev", "/dev", "--bind", temporary, "/tmp"],
    ...places.flatMap(({ here, known }) => ["--ro-bind-try", here, known]),
    ...elsewhere.flatMap((path) => ["--ro-bind-try", path, path]),
    ...(places.some(({ known }) => command.file.startsWith(known))
      ? []
      : namesOf(command.file).flatMap((name) => ["--symlink", command.file, `/var/lang/bin/${name}`])),
    ...["--chdir", command.cwd, "--", command.file, ...command.args],
  ];
  return { file: "bwrap", args, cwd: "/", env: command.env, isWrapped: true };
}

/** What AWS's images have a runtime's program by: scripts of layers begin with `#!/var/lang/bin/python`. */
function namesOf(file: string): string[] {
  const name = basename(file);
  return /^python/.test(name) ? [...new Set([name, "python3", "python"])] : [name];
}

const isOfSystem = (path: string) => SYSTEM.some((folder) => path.startsWith(`${folder}/`));

function systemFolders(): string[] {
  const roots = ROOTS.flatMap((path) => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (!status) return [];
    return status.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
  });
  return [...SYSTEM.flatMap((path) => ["--ro-bind-try", path, path]), ...roots];
}
