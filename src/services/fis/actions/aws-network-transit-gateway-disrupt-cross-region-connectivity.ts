import { behindLast } from "../../../core/text.ts";
import { ActionFailure, type ActionRun, type FisAction } from "../action.ts";
import { CUT_OFF_REGION, DURATION } from "../catalogued/parameters.ts";
import { cut, otherRegion } from "../networks.ts";

const action: FisAction = {
  id: "aws:network:transit-gateway-disrupt-cross-region-connectivity",
  description: "Block traffic of the target transit gateways to another Region.",
  how: "Calls to the Region of functions in the VPCs that are attached to the transit gateway wait until the end; it must be peered with that Region.",
  permissions: ["DisassociateTransitGatewayRouteTable", "AssociateTransitGatewayRouteTable"].map((name) => ({
    action: `ec2:${name}`,
    on: { target: "TransitGateways" },
  })),
  targets: { TransitGateways: "aws:ec2:transit-gateway" },
  targetQuota: 5,
  parameters: { region: CUT_OFF_REGION, duration: DURATION },

  async start(run) {
    const region = otherRegion(run);
    for (const { arn, account } of run.targets("TransitGateways") ?? []) {
      const id = behindLast("/", arn);
      if (!(await isPeered(run, id, region, account)))
        throw new ActionFailure(`The transit gateway ${id} has no peering attachment to ${region}.`);
      const vpc = await attachedVpcs(run, id, account);
      if (vpc.length > 0) cut(run, { vpc, region });
    }
    return undefined;
  },
};

const attachedTo = (id: string) => [{ Name: "transit-gateway-id", Values: [id] }];

interface End {
  readonly Region?: string;
}

async function isPeered(run: ActionRun, id: string, region: string, account: string): Promise<boolean> {
  const { TransitGatewayPeeringAttachments: peerings = [] } = await run.call<{
    TransitGatewayPeeringAttachments?: { RequesterTgwInfo: End; AccepterTgwInfo: End; State: string }[];
  }>("ec2", "DescribeTransitGatewayPeeringAttachments", { Filters: attachedTo(id) }, { account });
  return peerings.some(
    ({ RequesterTgwInfo, AccepterTgwInfo, State }) =>
      State === "available" && [RequesterTgwInfo.Region, AccepterTgwInfo.Region].includes(region),
  );
}

async function attachedVpcs(run: ActionRun, id: string, account: string): Promise<string[]> {
  const { TransitGatewayVpcAttachments: attachments = [] } = await run.call<{
    TransitGatewayVpcAttachments?: { VpcId: string; State: string }[];
  }>("ec2", "DescribeTransitGatewayVpcAttachments", { Filters: attachedTo(id) }, { account });
  return attachments.filter(({ State }) => State === "available").map(({ VpcId }) => VpcId);
}

export default action;
