import type { Command } from "commander";
import { SquallClient } from "../client.ts";

export default function addReset(program: Command): void {
  program
    .command("reset [service]")
    .description("Empty a running squall, or one of its services.")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .action(async (service: string | undefined, flags: { url?: string }) => {
      const query = service === undefined ? "" : `?service=${encodeURIComponent(service)}`;
      const { reset } = await new SquallClient(flags.url).ask<{ reset: string }>(
        "POST",
        `/_squall/reset${query}`,
      );
      console.log(`Emptied ${reset}.`);
    });
}
