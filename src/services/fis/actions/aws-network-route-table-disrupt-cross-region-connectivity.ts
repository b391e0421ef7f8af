import { behindLast } from "../../../core/text.ts";
import type { FisAction } from "../action.ts";
import { CUT_OFF_REGION, DURATION } from "../catalogued/parameters.ts";
import { cut, described, otherRegion, type Subnet } from "../networks.ts";

const action: FisAction = {
  id: "aws:network:route-table-disrupt-cross-region-connectivity",
  description: "Block traffic from the target subnets to another Region.",
  how: "Calls to the Region of functions that run in the subnets wait until the end.",
  permissions: ["CreateRoute", "CreateRouteTable", "ReplaceRouteTableAssociation"].map((name) => ({
    action: `ec2:${name}`,
    on: { target: "Subnets" },
  })),
  targets: { Subnets: "aws:ec2:subnet" },
  targetQuota: 6,
  parameters: { region: CUT_OFF_REGION, duration: DURATION },

  async start(run) {
    const region = otherRegion(run);
    const targets = run.targets("Subnets") ?? [];
    // A subnet that is not there is no subnet to cut off.
    await described<Subnet>(run, targets, "DescribeSubnets", "SubnetIds", "Subnets");
    cut(run, { subnet: targets.map(({ arn }) => behindLast("/", arn)), region });
    return undefined;
  },
};

export default action;
