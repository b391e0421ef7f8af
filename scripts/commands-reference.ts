import type { Command, Option } from "commander";
import { EXAMPLES } from "../src/cli/help-examples.ts";
import { programFor } from "../src/cli/program.ts";

/** Every command with its options and examples, for docs/guide/commands.md. */
export async function commandsReference(): Promise<string> {
  const program = await programFor(undefined, false);
  return program.commands.map((command) => section(command, `squall ${command.name()}`)).join("\n");
}

function section(command: Command, path: string): string {
  const examples = EXAMPLES[command.name()];
  return [
    `### ${path}`,
    "",
    ...(command.registeredArguments.length > 0
      ? [`**\`${[path, ...takenBy(command)].join(" ")}\`** ${markdown(command.description())}`]
      : [markdown(command.description())]),
    "",
    ...(examples && path.split(" ").length === 2 ? ["```sh", ...examples, "```", ""] : []),
    ...table(command),
    ...command.commands.flatMap((below) => subcommand(below, path)),
  ].join("\n");
}

/** A command below another: its own line of what it takes, and its options. */
function subcommand(command: Command, path: string): string[] {
  return [
    `**\`${[path, command.name(), ...takenBy(command)].join(" ")}\`** ${markdown(command.description())}`,
    "",
    ...table(command),
    ...command.commands.flatMap((below) => subcommand(below, `${path} ${command.name()}`)),
  ];
}

/** `<place>`, `[names...]` */
const takenBy = (command: Command): string[] =>
  command.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${name}>` : `[${name}]`;
  });

function table({ options }: Command): string[] {
  const shown = options.filter(({ hidden }) => !hidden);
  if (shown.length === 0) return [];
  return ["| option | |", "|---|---|", ...shown.map(row), ""];
}

const row = ({ flags, description, defaultValue }: Option): string => {
  const usual = typeof defaultValue === "string" ? ` (default: ${defaultValue})` : "";
  return `| \`${flags.replaceAll("|", "\\|")}\` | ${markdown(description + usual)} |`;
};

/** What stands between angle brackets is no HTML. */
const markdown = (text: string): string =>
  text.replaceAll("<", "&lt;").replaceAll("|", "\\|").replaceAll("*", "\\*");
