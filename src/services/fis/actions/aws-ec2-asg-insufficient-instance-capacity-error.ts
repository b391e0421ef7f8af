import { behindLast } from "../../../core/text.ts";
import type { FisAction } from "../action.ts";
import { literal, placesIn } from "../capacity-places.ts";
import { AVAILABILITY_ZONE_IDENTIFIERS, DURATION } from "../catalogued/parameters.ts";
import { commaList } from "../service-names.ts";

const action: FisAction = {
  id: "aws:ec2:asg-insufficient-instance-capacity-error",
  description: "Answer launches of the target Auto Scaling groups with InsufficientInstanceCapacity.",
  how: "Scaling activities in the zones end as Failed, and the group tries again until the end.",
  permissions: [{ action: "ec2:InjectApiError", on: "experiment" }],
  targets: { AutoScalingGroups: "aws:ec2:autoscaling-group" },
  targetQuota: 5,
  parameters: {
    duration: DURATION,
    availabilityZoneIdentifiers: AVAILABILITY_ZONE_IDENTIFIERS,
    percentage: {
      type: "integer",
      description: "Share of launches that fail (default 100).",
      min: 1,
      max: 100,
    },
  },
  async start(run) {
    const { names } = await placesIn(commaList(run.parameters["availabilityZoneIdentifiers"]), run);
    for (const { arn } of run.targets("AutoScalingGroups") ?? [])
      for (const zone of names)
        run.addRule({
          effect: "error",
          params: {
            code: "InsufficientInstanceCapacity",
            status: 500,
            message: `We currently do not have sufficient capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.`,
          },
          match: {
            service: "ec2",
            operation: "RunInstances",
            region: run.experiment.region,
            input: `Placement.AvailabilityZone == ${literal(zone)} && contains(TagSpecifications[].Tags[?Key == 'aws:autoscaling:groupName'].Value[], ${literal(behindLast("/", arn))})`,
          },
          percentage: Number(run.parameters["percentage"] ?? 100),
        });
    return undefined;
  },
};

export default action;
