import { makeArn } from "../../../core/arn.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import { invalidTarget, notServed } from "../errors.ts";
import type { Fleet, FleetTarget } from "./fleet.ts";

/**
 * An automation of several accounts and Regions runs its runbook in each, as a role that is there; and there on targets, too.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/running-automations-multiple-accounts-regions.html
 */
export interface Location {
  readonly account: string;
  readonly region: string;
  readonly role: string;
  /** What it runs on there. */
  readonly fleet?: Fleet;
}

const DEFAULT_ROLE = "AWS-SystemsManager-AutomationExecutionRole";
/** AWS's API says no default; the console proposes these. */
const DEFAULT_RATE = { TargetLocationMaxConcurrency: "1", TargetLocationMaxErrors: "0" };

type Rate = typeof DEFAULT_RATE;

/** @throws InvalidTarget, NotImplemented for what Squall has none of */
export function locationsOf(
  locations: readonly SSM.TargetLocation[],
  fleetIn: (location: SSM.TargetLocation) => Fleet | undefined,
): { readonly rate: Rate; readonly targets: readonly FleetTarget[] } {
  const rates = locations.map(rateOf);
  const [rate = DEFAULT_RATE] = rates;
  if (rates.some((other) => JSON.stringify(other) !== JSON.stringify(rate)))
    throw notServed("TargetLocations of different rates");
  return { rate, targets: locations.flatMap((location) => placesIn(location, fleetIn(location))) };
}

const rateOf = ({ TargetLocationMaxConcurrency, TargetLocationMaxErrors }: SSM.TargetLocation): Rate => ({
  TargetLocationMaxConcurrency: TargetLocationMaxConcurrency ?? DEFAULT_RATE.TargetLocationMaxConcurrency,
  TargetLocationMaxErrors: TargetLocationMaxErrors ?? DEFAULT_RATE.TargetLocationMaxErrors,
});

function placesIn(location: SSM.TargetLocation, fleet: Fleet | undefined): FleetTarget[] {
  const { Accounts = [], Regions = [], ExcludeAccounts = [], ExecutionRoleName = DEFAULT_ROLE } = location;
  if (location.TargetLocationAlarmConfiguration) throw notServed("alarms of automations");
  if (Accounts.some((account) => account.startsWith("ou-")))
    throw notServed("organizational units as accounts of TargetLocations");
  if (Accounts.length === 0 || Regions.length === 0)
    throw invalidTarget("A target location needs at least one account and one Region.");
  return Accounts.filter((account) => !ExcludeAccounts.includes(account)).flatMap((account) =>
    Regions.map((region) => ({
      name: `${account} ${region}`,
      parameters: {},
      location: {
        account,
        region,
        role: makeArn("iam", "", account, `role/${ExecutionRoleName}`),
        ...(fleet && { fleet }),
      },
    })),
  );
}
