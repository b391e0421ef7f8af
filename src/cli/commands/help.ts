import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { isCommand, programFor } from "../program.ts";
import { effectHelp, serviceHelp, topics } from "../topics.ts";

export default function addHelp(program: Command): void {
  program
    .command("help [word...]")
    .description(
      "What there is to say of a command, of a service (its settings and fault points), or of an effect.",
    )
    .action(async (words: string[]) => {
      console.log((await helpOf(words)).trimEnd());
    });
}

async function helpOf([word, ...further]: readonly string[]): Promise<string> {
  if (word === undefined) return (await programFor(undefined, true)).helpInformation();
  if (isCommand(word)) return await helpOfCommand(word, further);
  const said = further.length === 0 ? ((await serviceHelp(word)) ?? (await effectHelp(word))) : undefined;
  if (said !== undefined) return said;
  const { didYouMean } = await import("../../faults/nearest.ts");
  const { commands, services, effects } = await topics();
  throw new CliError(
    `There is no command, service or effect "${word}".${didYouMean(word, [...commands, ...services, ...effects])} squall --help lists the commands, squall services the services.`,
  );
}

async function helpOfCommand(name: string, further: readonly string[]): Promise<string> {
  const program = await programFor(name, true);
  let command = program.commands[0];
  for (const word of further) {
    const below: Command | undefined = command?.commands.find((one) => one.name() === word);
    if (below === undefined)
      throw new CliError(`squall ${name} has no command "${word}". squall help ${name} lists them.`);
    command = below;
  }
  // What stands after the options is written to a stream, and is no part of helpInformation().
  let text = "";
  command?.configureOutput({
    writeOut: (some) => {
      text += some;
    },
  });
  command?.outputHelp();
  return text;
}
