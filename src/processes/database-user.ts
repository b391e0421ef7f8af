import { chmodSync, chownSync, readFileSync } from "node:fs";
import { shortScratch } from "../core/scratch.ts";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Database servers refuse to run as root: then the user of their package runs them, or nobody. @param name of the package's user */
export function unprivileged(name: string): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = users.find(([one]) => one === name) ?? users.find(([one]) => one === "nobody");
  if (!user)
    throw new Error(`A database does not run as root, and there is neither a user ${name} nor nobody.`);
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** A folder for databases' folders: other users, who cannot look into our scratch folder, reach their own in it. */
export function databaseFolder(service: string): string {
  const folder = shortScratch(service);
  chmodSync(folder, 0o711);
  return folder;
}

/** A user has it from now on, when it is another one. */
export function giveAway(path: string, user: User | undefined): void {
  if (user) chownSync(path, user.uid, user.gid);
}
