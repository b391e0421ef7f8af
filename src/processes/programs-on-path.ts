import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** May this user run it? */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first of some programs that is there; undefined when none is.
 * @param names of them, the most wanted first
 * @param folders where packages put them, searched after the PATH: the PATH of a service or a user may not lead there
 */
export function programOf(names: readonly string[], folders: readonly string[]): string | undefined {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => [...path, ...folders].map((folder) => join(folder, name))).find(isProgram);
}
