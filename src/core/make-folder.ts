import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it, as far as they are not there. Node's own way of doing so (`recursive`) never ends where the
 * system says that a folder is not there although its parent is, as it does in `/proc`.
 * @returns those that it has made, the outermost first
 * @throws Error of the file system; ENOTDIR when something else has the name
 */
export function makeFolder(folder: string, mode: number = 0o777): readonly string[] {
  const missing: string[] = [];
  for (let place = resolve(folder); !existsSync(place); place = dirname(place)) missing.unshift(place);
  for (const place of missing) makeOne(place, mode);
  if (!statSync(folder).isDirectory())
    throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${folder}'`), {
      code: "ENOTDIR",
      path: folder,
      syscall: "mkdir",
    });
  return missing;
}

function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Somebody else has just made it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
