import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { readDuration } from "../durations.ts";
import { withProgress } from "../progress.ts";

const LOOK_MS = 50;

export default function addWait(program: Command): void {
  program
    .command("wait")
    .description("Wait until a squall is ready: it listens, and its init hooks have run.")
    .option("--timeout <duration>", "how long at most; then it ends with 1", "60s")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .action(async (flags: { timeout: string; url?: string }) => {
      const patienceMs = readDuration("--timeout", flags.timeout);
      const squall = new SquallClient(flags.url);
      const why = await withProgress(`Waiting for ${squall.url}`, ready(squall, patienceMs));
      if (why !== undefined) throw new CliError(`Squall is not ready after ${flags.timeout}: ${why}`);
      console.log(`Squall at ${squall.url} is ready.`);
    });
}

/** Undefined when it is; else what it said last. */
async function ready(squall: SquallClient, patienceMs: number): Promise<string | undefined> {
  const endMs = performance.now() + patienceMs;
  let why: string | undefined = "nobody was asked";
  for (let leftMs = patienceMs; leftMs > 0; leftMs = endMs - performance.now()) {
    why = await whyNot(squall, AbortSignal.timeout(Math.ceil(leftMs)));
    if (why === undefined) break;
    await pause(Math.min(LOOK_MS, leftMs));
  }
  return why;
}

async function whyNot(squall: SquallClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await squall.fetch("GET", "/_squall/ready", undefined, signal);
    return response.ok ? undefined : `it answers ${response.status}.`;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}
