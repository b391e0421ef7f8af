import type { Command } from "commander";
import { SquallClient } from "../client.ts";

export default function addMcp(program: Command): void {
  program
    .command("mcp")
    .description(
      "Offer calls, faults, experiments, findings and resources to coding agents, by the Model Context Protocol over standard input and output.",
    )
    .option(
      "--allow-writes",
      "tools that change things, too: rules, experiments, AWS calls, the clock, explore",
    )
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .action(async ({ url, allowWrites }: { url?: string; allowWrites?: boolean }) => {
      const { serveMcp } = await import("../mcp/serve.ts");
      await serveMcp({
        squall: new SquallClient(url),
        allowsWrites: allowWrites ?? false,
        cwd: process.cwd(),
      });
    });
}
