import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { powershellCompletion } from "../completion/powershell.ts";
import { type TypedCommand, typedCommands } from "../completion/tree.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { programFor } from "../program.ts";
import { topics } from "../topics.ts";

const SHELLS: Readonly<Record<string, (commands: readonly TypedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

export default function addCompletion(program: Command): void {
  program
    .command("completion <shell>")
    .description("Print what completes commands, options and their values in bash, zsh, fish or PowerShell.")
    .action(async (shell: string) => {
      const write = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
      if (write === undefined)
        throw new CliError(`There is completion for ${Object.keys(SHELLS).join(", ")}, not for "${shell}".`);
      process.stdout.write(write(typedCommands(await programFor(undefined, false), await topics())));
    });
}
