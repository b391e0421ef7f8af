import { parseDuration } from "../core/clock.ts";
import { CliError } from "./cli-error.ts";

/** A flag's duration in milliseconds: `30s`, `PT5M`. @throws CliError */
export function readDuration(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new CliError(`${flag} wants a duration (2m, 30s, PT5M), not "${text}".`);
  return ms;
}
