import type { Command } from "commander";
import { compare } from "../world-of.ts";

export default function addDiff(program: Command): void {
  program
    .command("diff <a> <b>")
    .description(
      "In what two worlds differ: running squalls (URLs), state files, or files of GET /_squall/digest.",
    )
    .option("--json", "as JSON")
    .action(async (a: string, b: string, flags: { json?: boolean }) => {
      await compare(a, b, flags.json ?? false);
    });
}
