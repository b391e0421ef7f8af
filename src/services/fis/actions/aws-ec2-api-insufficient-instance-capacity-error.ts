import type { ActionRun, FisAction } from "../action.ts";
import { byRoles } from "../caller-roles.ts";
import { AVAILABILITY_ZONE_IDENTIFIERS, DURATION } from "../catalogued/parameters.ts";
import type { Subnet } from "../networks.ts";
import { commaList } from "../service-names.ts";

/** Where each operation names a zone or a subnet; the first that is there counts. */
const ZONES: Readonly<Record<string, string>> = {
  RunInstances:
    "Placement.AvailabilityZone || Placement.AvailabilityZoneId || SubnetId || NetworkInterfaces[0].SubnetId",
  CreateCapacityReservation: "AvailabilityZone || AvailabilityZoneId",
};

const action: FisAction = {
  id: "aws:ec2:api-insufficient-instance-capacity-error",
  description: "Answer capacity requests of the target roles with InsufficientInstanceCapacity.",
  how: "RunInstances, StartInstances, CreateFleet and CreateCapacityReservation of the roles answer the error where they ask for the zones alone, also in front of an upstream.",
  permissions: [{ action: "ec2:InjectApiError", on: "experiment" }],
  targets: { Roles: "aws:iam:role" },
  parameters: {
    duration: DURATION,
    availabilityZoneIdentifiers: AVAILABILITY_ZONE_IDENTIFIERS,
    percentage: {
      type: "integer",
      description: "Share of requests that fail.",
      required: true,
      min: 1,
      max: 100,
    },
  },

  async start(run) {
    const { names, places } = await placesIn(commaList(run.parameters["availabilityZoneIdentifiers"]), run);
    const isMeant = (expression: string) => `contains(${literal(places)}, ${expression} || '')`;
    const where = names.length === 1 ? ` (${names[0]})` : "";
    const refuse = (operation: string, input?: string) =>
      run.addRule({
        effect: "error",
        params: {
          code: "InsufficientInstanceCapacity",
          status: 500,
          message: `We currently do not have sufficient capacity in the Availability Zone you requested${where}. Our system will be working on provisioning additional capacity.`,
        },
        match: {
          service: "ec2",
          operation,
          region: run.experiment.region,
          ...byRoles(run),
          ...(input !== undefined && { input }),
        },
        percentage: Number(run.parameters["percentage"]),
      });
    for (const [operation, expression] of Object.entries(ZONES))
      refuse(operation, isMeant(`(${expression})`));
    // A fleet that may go to another zone is not affected, nor one that has a second template to go by.
    const elsewhere = `[?!${isMeant("(AvailabilityZone || AvailabilityZoneId || SubnetId)")}]`;
    refuse(
      "CreateFleet",
      `!(LaunchTemplateConfigs[1]) && length((LaunchTemplateConfigs[0].Overrides || \`[{}]\`)${elsewhere}) == \`0\``,
    );
    // Where an instance is does not stand in the call that starts it.
    refuse("StartInstances");
    return undefined;
  },
};

interface Zone {
  readonly ZoneName: string;
  readonly ZoneId: string;
}

/** The zones by name and id, the subnets in them and, if there is no other zone, what names none. */
async function placesIn(identifiers: readonly string[], run: ActionRun) {
  const isServed = run.host.serves("ec2");
  const ask = async <T>(operation: string, account = run.experiment.account): Promise<readonly T[]> => {
    if (!isServed) return [];
    try {
      const output = await run.call<Record<string, T[]>>("ec2", operation, {}, { account });
      return output[operation.slice("Describe".length)] ?? [];
    } catch (error) {
      // An upstream that answers nobody but its own users: the zones are taken as they were given.
      run.log.warn(`${operation} did not say which subnets and zones are meant: ${(error as Error).message}`);
      return [];
    }
  };
  const zones = await ask<Zone>("DescribeAvailabilityZones");
  const isNamed = ({ ZoneName, ZoneId }: Zone) =>
    identifiers.includes(ZoneName) || identifiers.includes(ZoneId);
  const meant = zones.filter(isNamed);
  const names = meant.length > 0 ? meant.map(({ ZoneName }) => ZoneName) : [...identifiers];
  const subnets: Subnet[] = [];
  for (const account of run.experiment.accounts)
    subnets.push(...(await ask<Subnet>("DescribeSubnets", account)));
  const inside = subnets.filter(({ AvailabilityZone }) => names.includes(AvailabilityZone));
  const isEverywhere = zones.length > 0 && meant.length === zones.length;
  return {
    names,
    places: [
      ...identifiers,
      ...meant.flatMap(({ ZoneName, ZoneId }) => [ZoneName, ZoneId]),
      ...inside.map(({ SubnetId }) => SubnetId),
      ...(isEverywhere ? [""] : []),
    ],
  };
}

const literal = (value: unknown): string => `\`${JSON.stringify(value).replaceAll("`", "\\`")}\``;

export default action;
