import type { Command } from "commander";
import type { AccessReport, PrincipalReport } from "../../gateway/access/report.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

export default function addIam(program: Command): void {
  const iam = program.command("iam").description("What users and roles do, and what they may.");
  iam
    .command("report")
    .description("The least policy that each user and role needs for what it did (squall start --iam audit).")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option("--principal <text>", "only those whose ARN has this in it")
    .option("--json", "the whole report as JSON")
    .action(async (flags: { url?: string; principal?: string; json?: boolean }) => {
      const client = new SquallClient(flags.url);
      const report = await client.ask<AccessReport>("GET", "/_squall/iam");
      if (report.mode === "off")
        throw new CliError("Nothing is noted: start squall with --iam audit or --iam enforce.");
      const principals = report.principals.filter(({ principal }) =>
        principal.includes(flags.principal ?? ""),
      );
      if (flags.json) console.log(JSON.stringify({ ...report, principals }, null, 2));
      else for (const line of principals.flatMap(linesOf)) console.log(line);
    });
}

function linesOf({ principal, isMade, needs, missing, calls, unused }: PrincipalReport): string[] {
  return [
    `${principal}${isMade ? "" : " (nobody made it)"}`,
    "  needs:",
    ...JSON.stringify(needs, null, 2)
      .split("\n")
      .map((line) => `    ${line}`),
    "  calls:",
    ...calls.map(
      ({ action, resource, operations, count }) =>
        `    ${count} × ${action} on ${resource} (${operations.join(", ")})`,
    ),
    ...(missing.length > 0 ? ["  not allowed:"] : []),
    ...missing.map(({ action, resource, refused }) => `    ${action} on ${resource}: ${refused}`),
    ...(unused.length > 0 ? ["  allowed and never used:"] : []),
    ...unused.map(({ policy, action, resource }) => `    ${action} on ${resource} (${policy})`),
    "",
  ];
}
