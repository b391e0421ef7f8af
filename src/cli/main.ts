import { CliError } from "./cli-error.ts";
import { programFor } from "./program.ts";

async function main(argv: readonly string[]): Promise<void> {
  const [asked, ...words] = argv.slice(2);
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  const wantsHelp = own.includes("--help") || own.includes("-h");
  const program = await programFor(asked, wantsHelp);
  await program.parseAsync(argv);
}

main(process.argv).catch(async (error: unknown) => {
  process.exitCode = 1;
  if (error instanceof CliError) console.error(`squall: ${error.message}`);
  else console.error((await import("./unexpected.ts")).unexpected(error));
});
