import Table from "cli-table3";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";

interface ListedInstance {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly command: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly state: string;
}

interface AddFlags {
  readonly region?: string;
  readonly account?: string;
  readonly role?: string;
  readonly memoryMb?: string;
  readonly tag?: readonly string[];
}

export default function addInstance(program: Command): void {
  const instance = program
    .command("instance")
    .description(
      "Local processes as managed instances: commands of Systems Manager and experiments act on them.",
    );
  instance.option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)");
  const client = (command: Command) => new SquallClient((command.optsWithGlobals() as { url?: string }).url);

  instance
    .command("list", { isDefault: true })
    .description("The instances, and what became of their commands.")
    .option("--json", "as JSON")
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { instances } = await client(command).ask<{ instances: ListedInstance[] }>(
        "GET",
        "/_squall/instances",
      );
      if (flags.json) console.log(JSON.stringify(instances, undefined, 2));
      else if (instances.length === 0) console.log("There are no instances.");
      else console.log(table(instances));
    });

  instance
    .command("add <name> <command...>")
    .description(
      "Have squall run a command as an instance: squall instance add web -- node server.js. It ends with squall.",
    )
    .option("--region <name>", "region (default: AWS_REGION, AWS_DEFAULT_REGION or us-east-1)")
    .option("--account <id>", "account (default: 000000000000)")
    .option("--role <arn>", "role that its processes call AWS with (default: instance-<name>)")
    .option("--memory-mb <number>", "what its processes may take together; the largest is ended beyond it")
    .option("--tag <key=value...>", "tags, for experiments and commands to find it by")
    .action(async (name: string, words: string[], flags: AddFlags, command: Command) => {
      const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
      const added = await client(command).ask<ListedInstance>("POST", "/_squall/instances", {
        name,
        command: words,
        cwd: process.cwd(),
        environment: inherited(),
        region: flags.region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? "us-east-1",
        ...(flags.account !== undefined && { account: flags.account }),
        ...(flags.role !== undefined && { role: flags.role }),
        ...(flags.memoryMb !== undefined && { memoryMB: Number(flags.memoryMb) }),
        tags: tagsOf(flags.tag ?? []),
      });
      console.log(added.id);
    });

  instance
    .command("remove <name>")
    .description("End an instance, by its name or id, and everything that runs in it.")
    .action(async (name: string, _flags: object, command: Command) => {
      const removed = await client(command).ask<ListedInstance>(
        "DELETE",
        `/_squall/instances/${encodeURIComponent(name)}`,
      );
      console.log(`${removed.name} (${removed.id}) has ended.`);
    });
}

/** Our own environment but what says who calls AWS: an instance has a role. */
const inherited = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));

function tagsOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new CliError(`A tag is key=value, not ${text}.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function table(instances: readonly ListedInstance[]): string {
  const rows = new Table({
    head: ["name", "id", "account", "region", "command", "state"],
    style: { head: [] },
  });
  for (const { name, id, account, region, command, state } of instances)
    rows.push([name, id, account, region, command.join(" "), state]);
  return rows.toString();
}
