import { readFileSync } from "node:fs";

/** Squall's version, from its package.json (one folder up, from `src` as from `dist`). */
export const version: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;
