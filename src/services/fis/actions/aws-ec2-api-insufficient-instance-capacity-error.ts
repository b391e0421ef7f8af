import type { FisAction } from "../action.ts";
import { byRoles } from "../caller-roles.ts";
import { literal, placesIn } from "../capacity-places.ts";
import { AVAILABILITY_ZONE_IDENTIFIERS, DURATION } from "../catalogued/parameters.ts";
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
  targetsOnlyBy: "resourceArns",
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

export default action;
