import { type Stats, statSync } from "node:fs";

/** Which file it is, whatever its name. */
export type FileIdentity = Pick<Stats, "dev" | "ino">;

/** Has a file its name still? True, too, where that cannot be said. */
export function isFileAt(path: string, { dev, ino }: FileIdentity): boolean {
  try {
    const now = statSync(path, { throwIfNoEntry: false });
    return now !== undefined && now.dev === dev && now.ino === ino;
  } catch {
    return true;
  }
}
