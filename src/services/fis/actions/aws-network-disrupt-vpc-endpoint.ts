import { ActionFailure, type FisAction } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";
import { cut, described, type Endpoint, servicesBehind } from "../networks.ts";

const action: FisAction = {
  id: "aws:network:disrupt-vpc-endpoint",
  description: "Block traffic to and from the target interface VPC endpoints.",
  how: "Calls to the endpoint's own host name wait until the end, and with private DNS every call of the VPC's functions to its service.",
  permissions: ["ModifyVpcEndpoint", "DescribeVpcEndpoints"].map((name) => ({
    action: `ec2:${name}`,
    on: { target: "VPCEndpoints" },
  })),
  targets: { VPCEndpoints: "aws:ec2:vpc-endpoint" },
  parameters: { duration: DURATION },

  async start(run) {
    const targets = run.targets("VPCEndpoints") ?? [];
    const endpoints = await described<Endpoint>(
      run,
      targets,
      "DescribeVpcEndpoints",
      "VpcEndpointIds",
      "VpcEndpoints",
    );
    const { region } = run.experiment;
    for (const endpoint of endpoints) {
      const { VpcEndpointId, VpcEndpointType, VpcId, PrivateDnsEnabled } = endpoint;
      if (VpcEndpointType !== "Interface")
        throw new ActionFailure(
          `${VpcEndpointId} is no interface endpoint but one of the type ${VpcEndpointType}.`,
        );
      cut(run, { header: { host: `*${VpcEndpointId}*` } });
      if (PrivateDnsEnabled) cut(run, { vpc: VpcId, region, service: servicesBehind(endpoint) });
    }
    return undefined;
  },
};

export default action;
