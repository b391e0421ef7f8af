import { existsSync, readdirSync } from "node:fs";
import { Command } from "commander";
import { version } from "../version.ts";
import { checkGiven } from "./given-values.ts";

/** `commands/<name>.ts` adds the command of that name. */
interface CommandModule {
  default(program: Command): void;
  /** What its help says beside its options, for what takes longer to find out. */
  moreHelp?(): Promise<string>;
}

const folder = new URL("./commands/", import.meta.url);
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/**
 * The program with the one command that is asked for: only that one is loaded. With all of them where it is not known, or none is named.
 * @param wantsHelp is help going to be printed? Then examples and what else there is to say stand in it
 */
export async function programFor(asked: string | undefined, wantsHelp: boolean): Promise<Command> {
  const program = new Command("squall")
    .description("A local AWS that fails on purpose.")
    .version(version, "-V, --version")
    .showHelpAfterError("(squall --help lists what there is)")
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "squall: ")) })
    .helpCommand(false)
    .hook("preAction", (_program, command) => checkGiven(command));
  const names = asked !== undefined && isCommand(asked) ? [asked] : commandNames();
  const modules = await Promise.all(names.map(load));
  for (const module of modules) module.default(program);
  for (const command of program.commands) refuseUnknown(command);
  if (wantsHelp) await sayMore(program, modules);
  return program;
}

const load = async (name: string): Promise<CommandModule> =>
  (await import(new URL(`${name}${extension}`, folder).href)) as CommandModule;

export const isCommand = (name: string): boolean =>
  /^[a-z-]+$/.test(name) && existsSync(new URL(`${name}${extension}`, folder));

export function commandNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension) && !file.includes(".test.") && !file.endsWith(".d.ts"))
    .map((file) => file.slice(0, -extension.length))
    .sort();
}

/** A group that does something without a word takes one that is no command of its for that command's argument, and says so. */
function refuseUnknown(group: Command): void {
  for (const below of group.commands) refuseUnknown(below);
  if (group.commands.length === 0) return;
  group.hook("preSubcommand", async (_group, below) => {
    const [word] = group.args;
    const known = group.commands.flatMap((command) => [command.name(), ...command.aliases()]);
    if (word === undefined || word.startsWith("-") || known.includes(word)) return;
    if (below.registeredArguments.length > 0) return;
    const { didYouMean } = await import("../faults/nearest.ts");
    group.error(`error: unknown command '${word}'.${didYouMean(word, known)}`.replace(/\.$/, ""));
  });
}

/** Below the help of a command: examples, and what its module has to say. */
async function sayMore(program: Command, modules: readonly CommandModule[]): Promise<void> {
  const { EXAMPLES } = await import("./help-examples.ts");
  for (const command of program.commands) {
    const examples = EXAMPLES[command.name()];
    if (examples)
      command.addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`);
  }
  const [command, another] = program.commands;
  const [module] = modules;
  if (command && !another && module?.moreHelp) command.addHelpText("after", `\n${await module.moreHelp()}`);
}
