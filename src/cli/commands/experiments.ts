import Table from "cli-table3";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { type RunFlags, runExperiment } from "../experiment-run.ts";
import type { Experiment } from "../experiment-watch.ts";
import { SCENARIOS } from "../scenarios/scenarios.ts";
import { readTemplate } from "../template-file.ts";

interface ListedAction {
  readonly id: string;
  readonly description: string;
  readonly acts: boolean;
}

export default function addExperiments(program: Command): void {
  const experiments = program
    .command("experiments")
    .description("Run, list, show and stop FIS experiments of a running squall.")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)");
  const client = (command: Command) => new SquallClient((command.optsWithGlobals() as { url?: string }).url);

  experiments
    .command("run <file>")
    .description("Run an experiment template from a JSON or YAML file, and follow it to its end.")
    .option("--role <arn>", "the experiment's role")
    .option("--account <id>", "account (default: 000000000000)")
    .option("--region <name>", "region (default: us-east-1)")
    .option("--watch", "show every call that is struck")
    .option("--until <status>", "follow it only until it is in this state, such as running")
    .action(async (file: string, flags: RunFlags, command: Command) => {
      await runExperiment(client(command), readTemplate(file), file, flags);
    });

  experiments
    .command("list", { isDefault: true })
    .description("The experiments of every account and region, the newest first.")
    .option("--json", "as JSON")
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { experiments } = await client(command).ask<{ experiments: Experiment[] }>(
        "GET",
        "/_squall/experiments",
      );
      if (flags.json) console.log(JSON.stringify(experiments, undefined, 2));
      else if (experiments.length === 0) console.log("There are no experiments.");
      else console.log(list(experiments));
    });

  experiments
    .command("show <id>")
    .description("The report of an experiment: its actions, what was struck, before, during and after.")
    .option("--format <format>", "md, json or html", "md")
    .action(async (id: string, { format }: { format: string }, command: Command) => {
      const path = `/_squall/experiments/${encodeURIComponent(id)}/report?format=${encodeURIComponent(format)}`;
      const answer = await client(command).fetch("GET", path);
      const text = await answer.text();
      if (!answer.ok) throw new CliError((JSON.parse(text) as { message: string }).message);
      console.log(text);
    });

  experiments
    .command("stop <id>")
    .description("Stop an experiment; what it does is undone.")
    .action(async (id: string, _flags: unknown, command: Command) => {
      await client(command).ask("DELETE", `/_squall/experiments/${encodeURIComponent(id)}`);
      console.log(`Stopped ${id}.`);
    });

  experiments
    .command("actions")
    .description("What templates can do: every action, and whether it acts here.")
    .option("--json", "as JSON, with parameters and targets")
    .action(async (flags: { json?: boolean }, command: Command) => {
      const { actions } = await client(command).ask<{ actions: ListedAction[] }>("GET", "/_squall/actions");
      if (flags.json) {
        console.log(JSON.stringify(actions, undefined, 2));
        return;
      }
      const table = newTable(["action", "acts", "what it does"]);
      for (const { id, description, acts } of actions)
        table.push([id, acts ? "yes" : "not yet", description]);
      console.log(table.toString());
    });

  experiments
    .command("scenarios [name]")
    .description(
      "Ready templates of AWS's scenario library: which there are, or one of them as JSON, to be run.",
    )
    .option("--zone <name>", "the Availability Zone that is struck (default: the Region's a)")
    .option("--region <name>", "the experiment's Region", "us-east-1")
    .option("--other-region <name>", "the Region that is out of reach", "us-west-2")
    .option("--role <arn>", "the experiment's role", "arn:aws:iam::000000000000:role/ExperimentRole")
    .option("--launch-role <arn...>", "roles whose launches of instances fail in the zone")
    .option("--cluster <name>", "of scenarios on pods: the cluster, by name or ARN")
    .option("--selector <labels>", "of scenarios on pods: their labels, as app=cart")
    .option("--namespace <name>", "of scenarios on pods: their namespace", "default")
    .option(
      "--service-account <name>",
      "of scenarios on pods: the Kubernetes service account that acts",
      "myserviceaccount",
    )
    .action((name: string | undefined, flags: ScenarioFlags) => {
      if (name === undefined) {
        const table = newTable(["scenario", "what it does", "tags of what it strikes"]);
        for (const one of SCENARIOS)
          table.push([one.name, `${one.title}. ${one.description}`, one.tags.join("\n")]);
        console.log(table.toString());
        return;
      }
      const scenario = SCENARIOS.find((one) => one.name === name);
      if (!scenario)
        throw new CliError(
          `There is no scenario ${name}. There are ${SCENARIOS.map((one) => one.name).join(", ")}.`,
        );
      const { role, region, otherRegion, zone = `${region}a`, launchRole = [] } = flags;
      const { cluster = "", selector = "", namespace, serviceAccount } = flags;
      if (scenario.onPods && (cluster === "" || selector === ""))
        throw new CliError(`The scenario ${name} wants --cluster and --selector: which pods it strikes.`);
      const template = scenario.template({
        role,
        zone,
        region,
        otherRegion,
        launchRoles: launchRole,
        pods: { cluster, selector, namespace, serviceAccount },
      });
      console.log(JSON.stringify(template, undefined, 2));
    });
}

interface ScenarioFlags {
  readonly zone?: string;
  readonly region: string;
  readonly otherRegion: string;
  readonly role: string;
  readonly launchRole?: readonly string[];
  readonly cluster?: string;
  readonly selector?: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

function list(experiments: readonly Experiment[]): string {
  const table = newTable(["id", "state", "reason", "started", "account", "region"]);
  for (const { id, state, startTime, account, region } of experiments) {
    table.push([id, state.status, state.reason, startTime, account, region]);
  }
  return table.toString();
}

function newTable(head: string[]) {
  return new Table({ head, style: { head: [], border: [] }, colWidths: [], wordWrap: true });
}
