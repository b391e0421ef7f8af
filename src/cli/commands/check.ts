import type { Command } from "commander";
import type { ResourceDigest } from "../../aws/digest.ts";
import { CHECKS, check } from "../../checks/checks.ts";
import type { CallRecord } from "../../core/bus.ts";
import { numberOf } from "../../core/text.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

interface CheckFlags {
  readonly url?: string;
  readonly ignore?: string;
  readonly json?: boolean;
  readonly list?: boolean;
}

export default function addCheck(program: Command): void {
  program
    .command("check")
    .description("What goes wrong one day, seen in the calls and resources of a running squall.")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option("--ignore <ids>", "checks to leave out, separated by commas")
    .option("--json", "as JSON")
    .option("--list", "every check, why it matters and how to mend what it finds")
    .action(async (flags: CheckFlags) => {
      if (flags.list) return list();
      const ignored = flags.ignore?.split(",").map((id) => id.trim()) ?? [];
      const unknown = ignored.find((id) => !CHECKS.some((one) => one.id === id));
      if (unknown !== undefined)
        throw new CliError(`There is no check "${unknown}". squall check --list shows them.`);
      const squall = new SquallClient(flags.url);
      const { calls } = await squall.ask<{ calls: CallRecord[] }>("GET", "/_squall/calls?limit=10000");
      const { resources } = await squall.ask<{ resources: ResourceDigest[] }>("GET", "/_squall/digest");
      const began = [...calls].sort((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence);
      const found = check({ calls: began, resources }, ignored);
      if (flags.json) console.log(JSON.stringify(found, undefined, 2));
      else if (found.length === 0)
        console.log(
          `Nothing to remark in ${numberOf(calls.length, "call")} and ${numberOf(resources.length, "resource")}.`,
        );
      else for (const { check: id, where, what } of found) console.log(`${id}  ${where}\n        ${what}`);
      if (found.length > 0) process.exitCode = 1;
    });
}

function list(): void {
  for (const { id, title, why, mend } of CHECKS) console.log(`${id}\n  ${title}.\n  ${why}\n  ${mend}\n`);
}
