import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../../core/log.ts";

/** A file or folder of this machine, and where a container has it mounted. */
export type ContainerPath = readonly [container: string, here: string];

/**
 * Runs programs with folders of this machine at the places where a container would have them: hooks read what a compose file mounts
 * by its path there. By bubblewrap, in a view of the machine's files in which nothing else differs; nothing is made on the machine.
 * Where there is none, a warning says once which paths are not there.
 */
export class ContainerPaths {
  readonly #elsewhere: readonly ContainerPath[];
  readonly #log: Log;
  /** Arguments of `bwrap`; none where it is not needed or does not work. Undefined until somebody asks. */
  #view: readonly string[] | undefined;

  constructor(paths: readonly ContainerPath[], log: Log) {
    this.#elsewhere = paths.filter(([container, here]) => existsSync(here) && !leadsTo(container, here));
    this.#log = log;
  }

  /** A command as it is to be run. */
  command(command: string, args: readonly string[]): readonly [command: string, args: readonly string[]] {
    this.#view ??= this.#viewIfPossible();
    return this.#view.length === 0 ? [command, args] : ["bwrap", [...this.#view, "--", command, ...args]];
  }

  #viewIfPossible(): readonly string[] {
    if (this.#elsewhere.length === 0) return [];
    let complaint = "that needs Linux";
    if (process.platform === "linux")
      try {
        const view = viewOf(this.#elsewhere);
        execFileSync("bwrap", [...view, "true"], { stdio: ["ignore", "ignore", "pipe"] });
        return view;
      } catch (error) {
        complaint = whyNot(error);
      }
    const paths = this.#elsewhere.map(([container, here]) => `${container} (here: ${here})`).join(", ");
    this.#log.warn(`Hooks do not find what a container has at ${paths}: ${complaint}.`);
    return [];
  }
}

function whyNot(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === "ENOENT")
    return "that needs bubblewrap (bwrap on the PATH; apt-get install bubblewrap)";
  return `bubblewrap cannot be used: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`;
}

/** Somebody has made a link, or Squall runs in the container. */
const leadsTo = (container: string, here: string): boolean =>
  existsSync(container) && realpathSync(container) === realpathSync(here);

function viewOf(paths: readonly ContainerPath[]): string[] {
  const places = paths.map(([container]) => container);
  return [
    ...below("/", places),
    ...paths.flatMap(([container, here]) => ["--bind", here, container]),
    ...["--chdir", process.cwd(), "--die-with-parent"],
  ];
}

/** All that a folder has; one that a place lies below is made anew, so that the place can be made in it. */
function* below(folder: string, places: readonly string[]): Iterable<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (places.includes(path)) continue;
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isSymbolicLink()) yield* ["--symlink", readlinkSync(path), path];
    else if (status?.isDirectory() && places.some((place) => place.startsWith(`${path}/`)))
      yield* ["--dir", path, ...below(path, places)];
    else if (status) yield* ["--dev-bind-try", path, path];
  }
}
