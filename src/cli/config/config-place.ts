import { existsSync } from "node:fs";

/** Where `squall start` looks by itself. */
const USUAL = ["squall.yaml", "squall.yml"];

/** @param given what `--config` named; false for none */
export function configPlace(given: string | false | undefined): string | undefined {
  if (given === false) return undefined;
  return given ?? USUAL.find((name) => existsSync(name));
}
