import Table from "cli-table3";
import type { Command } from "commander";
import { numberOf } from "../../core/text.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

/** What `/_squall/fleet` says. */
interface Status {
  readonly version: number;
  readonly seed: string;
  readonly rules: number;
  readonly stoppedFor?: string;
  /** The gateway that was asked cannot reach the store. */
  readonly isLost: boolean;
  readonly gateway: string;
  readonly gateways: readonly Gateway[];
}

interface Gateway {
  readonly gateway: string;
  readonly name: string;
  readonly squall: string;
  readonly version: number;
  readonly refused?: { readonly version: number; readonly reason: string };
  readonly calls: number;
  readonly ageMs: number;
  readonly isGone?: boolean;
  readonly state: string;
}

interface CountedRule {
  readonly id: string;
  readonly effect: string;
  readonly owner: string;
  readonly match: Readonly<Record<string, unknown>>;
  readonly expiresAt?: number;
  readonly matched: number;
  readonly fired: number;
}

interface CountedExperiment {
  readonly arn: string;
  readonly gateway: string;
  readonly status: string;
  readonly startedAtMs: number;
  readonly matched: number;
  readonly fired: number;
}

const PAUSE_MS = 2000;
/** Gateways report every five seconds: rates are over the last ten. */
const LOOKS = 5;

export default function addFleet(program: Command): void {
  const fleet = program
    .command("fleet")
    .description("Look at a fleet of gateways through one of them: squall gateway --fleet URL.")
    .option("--url <url>", "one of its gateways (default: SQUALL_URL or http://127.0.0.1:4566)");
  const client = (command: Command) => new SquallClient((command.optsWithGlobals() as { url?: string }).url);

  fleet
    .command("status", { isDefault: true })
    .description("Its gateways, and which version of the rules each of them acts by.")
    .option("--json", "as JSON")
    .action(async (flags: { json?: boolean }, command: Command) => {
      const status = await client(command).ask<Status>("GET", "/_squall/fleet");
      console.log(flags.json ? JSON.stringify(status, undefined, 2) : shownStatus(status));
      if (status.isLost) process.exitCode = 1;
    });

  fleet
    .command("rules")
    .description("The fleet's rules, and how often each has matched and fired on all gateways.")
    .option("--json", "as JSON")
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { rules } = await client(command).ask<{ rules: CountedRule[] }>("GET", "/_squall/fleet/rules");
      if (flags.json) console.log(JSON.stringify(rules, undefined, 2));
      else if (rules.length === 0) console.log("The fleet has no rules.");
      else console.log(shownRules(rules));
    });

  fleet
    .command("experiments")
    .description("Experiments on any gateway, the newest first.")
    .option("--json", "as JSON")
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { experiments } = await client(command).ask<{ experiments: CountedExperiment[] }>(
        "GET",
        "/_squall/fleet/experiments",
      );
      if (flags.json) {
        console.log(JSON.stringify(experiments, undefined, 2));
        return;
      }
      const table = newTable(["experiment", "gateway", "state", "matched", "fired", "started"]);
      for (const { arn, gateway, status, matched, fired, startedAtMs } of experiments)
        table.push([arn, gateway, status, matched, fired, new Date(startedAtMs).toISOString()]);
      console.log(experiments.length === 0 ? "There have been no experiments." : table.toString());
    });

  fleet
    .command("top")
    .description("Calls a second of each gateway and strikes a second of each rule, until Ctrl-C.")
    .option("--times <number>", "only so many times", "0")
    .action(async ({ times }: { times: string }, command: Command) => {
      const squall = client(command);
      const before = [await look(squall)];
      for (let turn = 1; ; turn++) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        const now = await look(squall);
        if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[H");
        console.log(shownTop(before[0] ?? now, now));
        before.push(now);
        if (before.length > LOOKS) before.shift();
        if (turn === Number(times)) return;
      }
    });

  fleet
    .command("journal")
    .description("Who changed what, the newest first.")
    .option("--limit <number>", "so many entries", "50")
    .option("--json", "as JSON")
    .action(async ({ limit, json }: { limit: string; json?: boolean }, command: Command) => {
      const { journal } = await client(command).ask<{
        journal: { atMs: number; who: string; gateway: string; what: string }[];
      }>("GET", `/_squall/fleet/journal?limit=${encodeURIComponent(limit)}`);
      if (json) console.log(JSON.stringify(journal, undefined, 2));
      else
        for (const { atMs, who, gateway, what } of journal)
          console.log(`${new Date(atMs).toISOString()} ${who} at ${gateway}: ${what}`);
    });

  addTokens(fleet, client);

  fleet
    .command("migrate <url>")
    .description(
      "Make or upgrade a PostgreSQL's schema, as the role that owns it; gateways then need fewer rights.",
    )
    .action(async (url: string) => {
      const { openStore } = await import("../../fleet/open.ts");
      try {
        await (await openStore(url)).close();
      } catch (error) {
        throw new CliError((error as Error).message);
      }
      console.log("The schema is up to date.");
    });
}

function addTokens(fleet: Command, client: (command: Command) => SquallClient): void {
  const token = fleet.command("token").description("Who may look at the fleet, and who may change it.");
  token
    .command("add <name>")
    .description("Make a token, which is shown this once.")
    .requiredOption("--role <role>", "viewer or operator")
    .action(async (name: string, { role }: { role: string }, command: Command) => {
      const made = await client(command).ask<{ token: string }>("POST", "/_squall/fleet/tokens", {
        name,
        role,
      });
      console.log(made.token);
    });
  token
    .command("remove <name>")
    .description("Take a token back, on all gateways.")
    .action(async (name: string, _flags: unknown, command: Command) => {
      await client(command).ask("DELETE", `/_squall/fleet/tokens/${encodeURIComponent(name)}`);
      console.log(`Removed ${name}.`);
    });
  token
    .command("list", { isDefault: true })
    .description("Whose tokens there are.")
    .action(async (_flags: unknown, command: Command) => {
      const { tokens } = await client(command).ask<{ tokens: { name: string; role: string }[] }>(
        "GET",
        "/_squall/fleet/tokens",
      );
      if (tokens.length === 0)
        console.log("There are none: whoever has a gateway's admin token may do everything.");
      for (const { name, role } of tokens) console.log(`${name} ${role}`);
    });
}

function shownStatus({ version, seed, rules, stoppedFor, isLost, gateways }: Status): string {
  const lines = [
    `Version ${version}: ${numberOf(rules, "rule")}, seed ${seed}.`,
    ...(stoppedFor === undefined ? [] : [`Everything is stopped: ${stoppedFor}.`]),
  ];
  if (isLost)
    return [
      ...lines,
      "This gateway cannot reach the fleet's store, and goes on with these rules until they end.",
    ].join("\n");
  const table = newTable(["gateway", "state", "version", "calls", "heard of", "squall"]);
  for (const gateway of gateways.toSorted((a, b) => a.name.localeCompare(b.name)))
    table.push([
      gateway.name,
      gateway.state,
      gateway.refused
        ? `${gateway.version} (not ${gateway.refused.version}: ${gateway.refused.reason})`
        : gateway.version,
      gateway.calls,
      `${(gateway.ageMs / 1000).toFixed(0)} s ago`,
      gateway.squall,
    ]);
  return [...lines, table.toString()].join("\n");
}

function shownRules(rules: readonly CountedRule[]): string {
  const table = newTable(["rule", "effect", "what it strikes", "matched", "fired", "ends"]);
  for (const { id, effect, match, matched, fired, expiresAt } of rules)
    table.push([
      id,
      effect,
      JSON.stringify(match),
      matched,
      fired,
      expiresAt === undefined ? "" : new Date(expiresAt).toISOString(),
    ]);
  return table.toString();
}

interface Looked {
  readonly atMs: number;
  readonly status: Status;
  readonly rules: readonly CountedRule[];
}

async function look(squall: SquallClient): Promise<Looked> {
  const status = await squall.ask<Status>("GET", "/_squall/fleet");
  const { rules } = await squall.ask<{ rules: CountedRule[] }>("GET", "/_squall/fleet/rules");
  return { atMs: performance.now(), status, rules };
}

function shownTop(before: Looked, now: Looked): string {
  const perSecond = (count: number, earlier = 0) =>
    Math.max(0, ((count - earlier) * 1000) / (now.atMs - before.atMs)).toFixed(1);
  const gateways = newTable(["gateway", "calls/s", "calls"]);
  for (const { gateway, name, calls, isGone } of now.status.gateways) {
    if (isGone) continue;
    const earlier = before.status.gateways.find((other) => other.gateway === gateway)?.calls;
    gateways.push([name, perSecond(calls, earlier ?? calls), calls]);
  }
  const rules = newTable(["rule", "effect", "strikes/s", "fired", "matched"]);
  for (const { id, effect, fired, matched } of now.rules.toSorted((a, b) => b.fired - a.fired).slice(0, 20))
    rules.push([
      id,
      effect,
      perSecond(fired, before.rules.find((other) => other.id === id)?.fired),
      fired,
      matched,
    ]);
  return [
    `Version ${now.status.version}, ${numberOf(now.rules.length, "rule")}`,
    gateways.toString(),
    rules.toString(),
  ].join("\n");
}

const newTable = (head: string[]) => new Table({ head, style: { head: [], border: [] }, wordWrap: true });
