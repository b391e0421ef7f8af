import { readFileSync } from "node:fs";
import Table from "cli-table3";
import type { Command } from "commander";
import { numberOf } from "../../core/text.ts";
import { whyNot } from "../../core/why-not.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

interface ListedRule {
  readonly id: string;
  readonly owner: string;
  readonly point: string;
  readonly effect: string;
  readonly params: Record<string, unknown>;
  readonly match: Record<string, unknown>;
  readonly percentage: number;
  readonly matched: number;
  readonly fired: number;
}

export default function addFaults(program: Command): void {
  const faults = program
    .command("faults")
    .description("List, add and remove fault rules of a running squall.");
  const client = (command: Command) => new SquallClient((command.optsWithGlobals() as { url?: string }).url);
  faults.option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)");

  faults
    .command("list", { isDefault: true })
    .description("The rules, how often they matched and fired.")
    .option("--json", "as JSON")
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { rules } = await client(command).ask<{ rules: ListedRule[] }>("GET", "/_squall/faults");
      if (flags.json) console.log(JSON.stringify(rules, undefined, 2));
      else if (rules.length === 0) console.log("There are no rules.");
      else console.log(table(rules));
    });

  faults
    .command("add [effect]")
    .description(
      "Add a rule: squall faults add error --param code=ThrottlingException --service dynamodb --operation PutItem --times 2",
    )
    .option("--service <name>", "service, or a glob")
    .option("--operation <name>", "operation, or a glob")
    .option("--resource <arn>", "ARN of a resource that the call names, or a glob")
    .option("--role <arn>", "ARN of the caller's role, or a glob")
    .option("--region <names>", "region, several separated by commas, or a glob")
    .option("--subnet <id>", "subnet in which the caller's code runs, or a glob")
    .option("--vpc <id>", "VPC in which the caller's code runs, or a glob")
    .option("--account <ids>", "account, several separated by commas, or a glob")
    .option(
      "--site <path>",
      "end of the path of calls that leads to it: lambda.Invoke@worker > sqs.SendMessage@jobs",
    )
    .option("--parent <path>", "the same of the call that made it")
    .option("--input <expression>", "JMESPath expression over the input that must be true: Limit > `10`")
    .option("--point <name>", "fault point (default: api)")
    .option("--per <what>", "what is counted: attempt, call, caller or resource (default: attempt)")
    .option("--attempts <number>", "with --per call: only so many attempts of a call")
    .option("--window <duration>", "with --times: so often within any such time")
    .option("--from <time>", "when it begins: a date, or a duration from now")
    .option("--until <time>", "when it ends: the same")
    .option("--percentage <number>", "share of matches that fire, 0 to 100")
    .option("--times <number>", "fire at most this often")
    .option("--skip <number>", "let this many pass first")
    .option("--every <number>", "only each n-th match")
    .option("--ttl <duration>", "how long the rule lives: PT5M, 30s")
    .option("--id <id>", "the rule's id")
    .option("--param <name=value...>", "a parameter of the effect: --param kind=throttle, --param ms=200")
    .option("--file <file>", "rules from a YAML or JSON file instead")
    .action(
      async (
        effect: string | undefined,
        flags: Record<string, string | string[] | undefined>,
        command: Command,
      ) => {
        const { parse } = await import("yaml");
        const body = flags["file"] ? readRules(flags["file"] as string, parse) : ruleOf(effect, flags, parse);
        const added = await client(command).ask<ListedRule | ListedRule[]>("POST", "/_squall/faults", body);
        console.log(table([added].flat()));
      },
    );

  faults
    .command("remove <id...>")
    .description("Remove rules by id.")
    .action(async (ids: string[], _flags: unknown, command: Command) => {
      for (const id of ids) {
        await client(command).ask("DELETE", `/_squall/faults/${encodeURIComponent(id)}`);
        console.log(`Removed ${id}.`);
      }
    });

  faults
    .command("clear")
    .description("Remove all rules.")
    .action(async (_flags: unknown, command: Command) => {
      const { removed } = await client(command).ask<{ removed: number }>("DELETE", "/_squall/faults");
      console.log(`Removed ${numberOf(removed, "rule")}.`);
    });
}

/** YAML's parser; loaded only when a rule is added. */
type Parse = (text: string) => unknown;

const MATCHES = [
  "service",
  "operation",
  "resource",
  "role",
  "region",
  "subnet",
  "vpc",
  "account",
  "input",
  "site",
  "parent",
];

function ruleOf(
  effect: string | undefined,
  flags: Record<string, string | string[] | undefined>,
  parse: Parse,
): Record<string, unknown> {
  if (!effect)
    throw new CliError(
      "Name an effect, for example: squall faults add latency --param ms=200 --service dynamodb",
    );
  const match: Record<string, unknown> = {};
  const rule: Record<string, unknown> = {
    effect,
    match,
    params: readParams((flags["param"] as string[] | undefined) ?? [], parse),
  };
  for (const [name, value] of Object.entries(flags)) {
    if (MATCHES.includes(name)) match[name] = value;
    else if (name !== "param" && name !== "url") rule[name] = value;
  }
  return rule;
}

function readParams(given: readonly string[], parse: Parse): Record<string, unknown> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new CliError(`--param wants name=value, not "${text}".`);
      // A value as YAML reads it: 200 is a number, true a boolean, the rest text.
      return [text.slice(0, at), parse(text.slice(at + 1)) as unknown];
    }),
  );
}

function readRules(file: string, parse: Parse): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CliError(`${file} cannot be read as rules: ${whyNot(error)}`);
  }
}

function table(rules: readonly ListedRule[]): string {
  const rows = new Table({
    head: ["id", "effect", "where", "%", "matched", "fired", "owner"],
    style: { head: [], border: [] },
  });
  for (const rule of rules) {
    const match = { ...(rule.point !== "api" && { point: rule.point }), ...rule.match };
    const where = Object.entries(match).map(
      ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    const params = Object.entries(rule.params).map(([name, value]) => `${name}=${value}`);
    rows.push([
      rule.id,
      [rule.effect, ...params].join(" "),
      where.join("\n") || "every call",
      rule.percentage,
      rule.matched,
      rule.fired,
      rule.owner,
    ]);
  }
  return rows.toString();
}
