import { existsSync, readdirSync } from "node:fs";
import { Command } from "commander";
import { version } from "../version.ts";
import { CliError } from "./cli-error.ts";

/** `commands/<name>.ts` adds the command of that name. */
type AddCommand = (program: Command) => void;

const folder = new URL("./commands/", import.meta.url);
const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("squall")
    .description("A local AWS that fails on purpose.")
    .version(version, "-V, --version")
    .showHelpAfterError("(squall --help lists what there is)")
    .showSuggestionAfterError();
  // Only the command that is asked for is loaded; help wants them all.
  const asked = argv[2] ?? "";
  const file = new URL(`${asked}${extension}`, folder);
  const files =
    /^[a-z-]+$/.test(asked) && existsSync(file)
      ? [file]
      : readdirSync(folder)
          .filter((name) => name.endsWith(extension) && !name.includes(".test.") && !name.endsWith(".d.ts"))
          .sort()
          .map((name) => new URL(name, folder));
  for (const { href } of files) ((await import(href)) as { default: AddCommand }).default(program);
  await program.parseAsync(argv);
}

main(process.argv).catch((error: unknown) => {
  if (error instanceof CliError) console.error(`squall: ${error.message}`);
  else console.error(error);
  process.exitCode = 1;
});
