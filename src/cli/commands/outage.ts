import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { runExperiment } from "../experiment-run.ts";
import { azPower } from "../scenarios/az-power.ts";
import { regionOutage } from "../scenarios/region-outage.ts";

interface OutageFlags {
  readonly url?: string;
  readonly for: string;
  readonly role: string;
  readonly account?: string;
  readonly watch?: boolean;
  readonly until?: string;
}

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+$/;
const ZONE = /^([a-z]{2}(?:-[a-z]+)+-\d+)[a-z]$/;

export default function addOutage(program: Command): void {
  program
    .command("outage <place>")
    .description(
      "Have a Region (us-west-1) or an Availability Zone (us-west-1a) go down for a while: the scenarios region-outage and az-power, run as an FIS experiment.",
    )
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option("--for <duration>", "how long, by Squall's clock (ISO 8601)", "PT30M")
    .option("--role <arn>", "the experiment's role", "arn:aws:iam::000000000000:role/ExperimentRole")
    .option("--account <id>", "account (default: 000000000000)")
    .option("--watch", "show every call that is struck")
    .option("--until <status>", "follow it only until it is in this state, such as running")
    .action(async (place: string, flags: OutageFlags) => {
      const [, ofZone] = ZONE.exec(place) ?? [];
      const region = ofZone ?? place;
      if (!REGION.test(region))
        throw new CliError(`${place} is no Region (us-west-1) and no Availability Zone (us-west-1a).`);
      const { role, for: duration } = flags;
      const scenario = ofZone === undefined ? regionOutage : azPower;
      const choice = { role, zone: place, region, otherRegion: "", launchRoles: [], duration };
      const template = scenario.template(choice);
      await runExperiment(new SquallClient(flags.url), template, `an outage of ${place}`, {
        ...flags,
        region,
      });
    });
}
