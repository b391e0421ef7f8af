import type { Command } from "commander";
import { numberOf } from "../../core/text.ts";
import { SquallClient } from "../client.ts";

interface Stopped {
  readonly stopped: boolean;
  readonly removed?: number;
}

export default function addStopAll(program: Command): void {
  program
    .command("stop-all")
    .description("End every fault and every experiment at once, and let none begin until --release.")
    .argument("[reason]", "why, for the log and for who tries to add a rule")
    .option("--release", "let faults begin again")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .action(async (reason: string | undefined, { release, url }: { release?: boolean; url?: string }) => {
      const squall = new SquallClient(url);
      const path = "/_squall/stop-all";
      const answer = release
        ? await squall.ask<Stopped>("DELETE", path)
        : await squall.ask<Stopped>("POST", path, reason === undefined ? {} : { reason });
      console.log(
        answer.stopped
          ? `Nothing fails any more: ${goneRules(answer.removed ?? 0)} gone, and none is taken until squall stop-all --release.`
          : "Rules and experiments may begin again.",
      );
    });
}

const goneRules = (count: number): string => `${numberOf(count, "rule")} ${count === 1 ? "is" : "are"}`;
