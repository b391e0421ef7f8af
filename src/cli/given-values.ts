import type { Command, Option } from "commander";
import { CliError } from "./cli-error.ts";
import { isOn } from "./variables.ts";

const REGION = isOn(process.env, "ALLOW_NONSTANDARD_REGIONS") ? /^\S+$/ : /^[a-z]{2}(?:-[a-z]+)+-\d+$/;

/** What an option's value looks like, whichever command has it: by its name and the word that its help has for the value. */
const FORMS: Readonly<Record<string, readonly [form: RegExp, wanted: string]>> = {
  "--account <id>": [/^\d{12}$/, "twelve digits"],
  "--region <name>": [REGION, "a Region, such as us-east-1 (ALLOW_NONSTANDARD_REGIONS=1 allows any name)"],
  "--other-region <name>": [REGION, "a Region, such as us-west-2"],
  "--zone <name>": [/^[a-z]{2}(?:-[a-z]+)+-\d+[a-z]$/, "an Availability Zone, such as us-east-1a"],
  "--tag <key=value...>": [/^[^=]+=/, "key=value"],
  "--until <status>": [
    /^(?:pending|initiating|running|completed|stopping|stopped|failed|cancelled)$/,
    "pending, initiating, running, completed, stopping, stopped, failed or cancelled",
  ],
};

/**
 * Refuses what is given to any command and can only be a mistake: a value that is empty (`--data-dir "$UNSET"`), which would pass for
 * none, and one that does not look like what it is.
 * @throws CliError
 */
export function checkGiven(command: Command): void {
  for (let at: Command | null = command; at !== null; at = at.parent)
    for (const option of at.options)
      if (at.getOptionValueSource(option.attributeName()) === "cli")
        checkOption(option, at.getOptionValue(option.attributeName()));
  for (const [position, argument] of command.registeredArguments.entries())
    if (!argument.variadic && command.args[position]?.trim() === "")
      throw new CliError(`<${argument.name()}> is empty.`);
}

function checkOption({ flags, long }: Option, given: unknown): void {
  const name = long ?? flags;
  const [form, wanted] = FORMS[flags] ?? [];
  for (const value of [given].flat()) {
    if (typeof value !== "string") continue;
    if (value.trim() === "") throw new CliError(`${name} is given without a value: it is empty.`);
    if (form?.test(value) === false) throw new CliError(`${name} wants ${wanted}, not "${value}".`);
  }
}
