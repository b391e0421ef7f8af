import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

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
