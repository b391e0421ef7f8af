import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

export default function addClock(program: Command): void {
  program
    .command("clock [action] [value]")
    .description(
      "Show or move time: squall clock, squall clock advance PT5M, squall clock rate 60 (0 stops it).",
    )
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .action(async (action: string | undefined, value: string | undefined, flags: { url?: string }) => {
      const client = new SquallClient(flags.url);
      const state = await (action === undefined
        ? client.ask<{ now: string; rate: number }>("GET", "/_squall/clock")
        : client.ask<{ now: string; rate: number }>("POST", "/_squall/clock", change(action, value)));
      const pace =
        state.rate === 1 ? "real time" : state.rate === 0 ? "stopped" : `${state.rate} times as fast`;
      console.log(`${state.now} (${pace})`);
    });
}

function change(action: string, value: string | undefined): object {
  if (action === "advance" && value !== undefined)
    return { advance: /^\d+$/.test(value) ? Number(value) : value };
  if (action === "rate" && value !== undefined) return { rate: Number(value) };
  throw new CliError("Say squall clock advance <duration>, or squall clock rate <factor>.");
}
