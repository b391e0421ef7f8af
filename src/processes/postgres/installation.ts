import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { shortScratch } from "../../core/scratch.ts";

const DEBIAN = "/usr/lib/postgresql";

export const HOW_TO_INSTALL =
  "Squall runs databases on this machine's PostgreSQL, and finds none: install it (apt-get install postgresql, brew install postgresql), so that initdb and postgres are on the PATH or in /usr/lib/postgresql/*/bin.";

/** The folder with PostgreSQL's programs; undefined on a machine without them. The newest that Debian has installed, else the PATH's. */
export function postgresFolder(): string | undefined {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, "bin"))
    : [];
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return [...debian, ...path].find(
    (folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
  );
}

/** PostgreSQL refuses to run as root: then its own user of Debian's package runs it, or nobody. */
export function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (!user)
    throw new Error("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** A folder of ours that PostgreSQL's user can reach: another user cannot look into our scratch folder. */
export function databaseFolder(service: string): string {
  const folder = shortScratch(service);
  giveAway(folder);
  return folder;
}

/** PostgreSQL's user has it from now on. */
export function giveAway(folder: string): void {
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
}
