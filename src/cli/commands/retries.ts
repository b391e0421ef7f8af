import { writeFile } from "node:fs/promises";
import Table from "cli-table3";
import type { Command } from "commander";
import { type Retried, type RetryReport, retryReport, unmet } from "../../checks/retries.ts";
import { retriesHtml } from "../../checks/retries-html.ts";
import type { CallRecord } from "../../core/bus.ts";
import { numberOf } from "../../core/text.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

export default function addRetries(program: Command): void {
  program
    .command("retries")
    .description(
      "What SDKs made of the failures that they met: attempts, waits against their formula, tokens.",
    )
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option(
      "--assert <list>",
      'end with 1 unless: "attempts<=4, no-retry-on=4xx, wait>=10ms, amplification<=3, retry-after=obeyed"',
    )
    .option("--json", "as JSON")
    .option("--html <file>", "writes a page: attempts and waits of each call as a picture")
    .action(async (flags: { url?: string; assert?: string; json?: boolean; html?: string }) => {
      const { calls } = await new SquallClient(flags.url).ask<{ calls: CallRecord[] }>(
        "GET",
        "/_squall/calls?limit=10000",
      );
      const report = retryReport(
        [...calls].sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence),
      );
      const broken = flags.assert === undefined ? [] : asserted(flags.assert, report);
      if (flags.html !== undefined) await writePage(flags.html, retriesHtml(report, broken));
      if (flags.json) console.log(JSON.stringify({ ...report, unmet: broken }, undefined, 2));
      else print(report);
      for (const sentence of broken) console.error(`squall: ${sentence}`);
      if (broken.length > 0) process.exitCode = 1;
    });
}

async function writePage(file: string, page: string): Promise<void> {
  await writeFile(file, page).catch((error: Error) => {
    throw new CliError(`${file} cannot be written: ${error.message}`);
  });
}

function asserted(text: string, report: RetryReport): string[] {
  try {
    return unmet(text, report);
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

/** What `x-amz-retry-after` said, and whether it was obeyed. */
function asked({ askedMs, isHintObeyed }: Retried): string {
  if (askedMs.every((ms) => ms === null)) return "";
  const obeyed = isHintObeyed === undefined ? "not read" : isHintObeyed ? "obeyed" : "not obeyed";
  return `${askedMs.map((ms) => ms ?? "-").join(", ")}: ${obeyed}`;
}

function print({ calls, attempts, retried, amplification }: RetryReport): void {
  console.log(
    `${numberOf(calls, "call")} in ${numberOf(attempts, "attempt")}; ${retried.length} failed or were tried again; amplification ${amplification}.`,
  );
  if (retried.length === 0) return;
  const table = new Table({
    head: ["call", "attempts", "waits (at most), ms", "asked for", "of", "tokens", "retries", "outcome"],
    style: { head: [], border: [] },
  });
  for (const one of retried) {
    const waits = one.waitsMs.map((wait, at) => `${wait} (${one.longestMs[at]})`).join(", ");
    table.push([
      one.call,
      one.attempts.join(", "),
      waits,
      asked(one),
      one.mostAttempts ?? "",
      one.tokens,
      one.generation,
      one.outcome,
    ]);
  }
  console.log(table.toString());
}
