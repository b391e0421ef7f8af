import fs from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";

/** What was done to files, in its order: a name was given, or a file or folder has been written to the disk. */
const done: { readonly what: "named" | "synced"; path: string }[] = [];

const named = (path: unknown) => done.push({ what: "named", path: String(path) });
const pathOf = (descriptor: number) => fs.readlinkSync(`/proc/self/fd/${descriptor}`);
const synced = (descriptor: number) => done.push({ what: "synced", path: pathOf(descriptor) });

/** Folders that are made with one call, the outermost first. */
function missing(path: string): string[] {
  const found: string[] = [];
  for (let place = path; !fs.existsSync(place); place = dirname(place)) found.unshift(place);
  return found;
}

/** Puts a step before a function of Node's. */
function before<K extends string>(
  part: { [name in K]: unknown },
  name: K,
  step: (...given: never[]) => unknown,
): void {
  const own = part[name] as (...given: unknown[]) => unknown;
  const watched = function (this: unknown, ...given: unknown[]): unknown {
    (step as (...given: unknown[]) => unknown)(...given);
    return own.apply(this, given);
  };
  part[name] = Object.assign(watched, own);
}

/**
 * From now on it is known what a power cut of the machine would leave. To be called before what is watched has been loaded: some of it
 * takes the functions that it needs when it is.
 */
export async function watchDisk(): Promise<void> {
  await using folder = await promises.open(".");
  const makes = (path: string, options?: { recursive?: boolean }) =>
    (options?.recursive ? missing(path) : [path]).map(named);
  const opens = (path: string, flags?: unknown) => /^[wa]x?/.test(String(flags)) && named(path);
  const moves = (from: string, to: string) => {
    for (const each of done)
      if (`${each.path}/`.startsWith(`${from}/`)) each.path = to + each.path.slice(from.length);
    named(to);
  };
  for (const part of [fs, promises] as never as Record<string, unknown>[]) {
    for (const name of part === (fs as never) ? ["mkdirSync", "mkdir"] : ["mkdir"]) before(part, name, makes);
    for (const name of part === (fs as never) ? ["openSync", "open"] : ["open"]) before(part, name, opens);
    for (const name of part === (fs as never) ? ["renameSync"] : ["rename"]) before(part, name, moves);
  }
  before(promises, "link", (_from: string, to: string) => named(to));
  before(fs, "writeFileSync", (path: string) => named(path));
  for (const name of ["fsyncSync", "fdatasyncSync", "fsync", "fdatasync"] as const) before(fs, name, synced);
  const handle = Object.getPrototypeOf(folder) as Record<string, unknown>;
  const sync = handle["sync"] as () => Promise<void>;
  handle["sync"] = function (this: promises.FileHandle) {
    synced(this.fd);
    return sync.call(this);
  };
  syncBuiltinESMExports();
}

/** Would a file or folder be found by its name after a power cut? @param root a folder above it that would be */
export function isNameKept(path: string, root: string): boolean {
  for (let place = path; place !== root; place = dirname(place)) {
    const folder = dirname(place);
    const last = (what: string, at: string) =>
      done.findLastIndex((each) => each.what === what && each.path === at);
    if (last("synced", folder) <= last("named", place)) return false;
  }
  return true;
}
