import type { Command, Option } from "commander";

/** What cannot stand in the file: it is about the file, or about who has started it. */
const NOT_IN_FILE = new Set(["config", "detach", "end-with-stdin", "help"]);

/** The options of `squall start` that squall.yaml may hold, by their name there: that of the flag, without its dashes. */
export function configOptions(start: Command): ReadonlyMap<string, Option> {
  const options = start.options.filter((option) => option.long && !option.negate);
  return new Map(
    options.map((option) => [option.name(), option] as const).filter(([name]) => !NOT_IN_FILE.has(name)),
  );
}

/** What is beside them: settings of services, and rules. */
export const FURTHER_KEYS = ["settings", "rules"] as const;
