import type { Context, Service, ServiceFactory } from "../../core/service.ts";
import { accountAttributes } from "./account-attributes.ts";
import { addressOperations } from "./addresses.ts";
import { giveDefaults } from "./default-vpc.ts";
import { dhcpOptionsOperations } from "./dhcp-options.ts";
import { dryRunOperation } from "./errors.ts";
import { imageOperations } from "./instances/images.ts";
import { instanceAttributes } from "./instances/instance-attributes.ts";
import { instanceRoutes } from "./instances/instance-routes.ts";
import { instanceStatus } from "./instances/instance-status.ts";
import { instanceTypeOperations } from "./instances/instance-types.ts";
import { instanceOperations, launching } from "./instances/instances.ts";
import { keyMaking, keyPairOperations } from "./instances/key-pairs.ts";
import { launchTemplateOperations } from "./instances/launch-templates.ts";
import { Hypervisor } from "./instances/running/hypervisor.ts";
import { spotRequestOperations } from "./instances/spot-requests.ts";
import { volumeOperations } from "./instances/volumes.ts";
import { internetGatewayOperations } from "./internet-gateways.ts";
import { KINDS } from "./kinds.ts";
import { natGatewayOperations } from "./nat-gateways.ts";
import { networkAclOperations } from "./network-acls.ts";
import { networkInterfaceOperations } from "./network-interfaces.ts";
import { checkPageSize } from "./page-sizes.ts";
import { prefixListOperations } from "./prefix-lists.ts";
import { routeTableOperations } from "./route-tables.ts";
import { securityGroupRuleOperations } from "./security-group-rules.ts";
import { securityGroupOperations } from "./security-groups.ts";
import { subnetOperations } from "./subnets.ts";
import { tagOperations } from "./tags.ts";
import { transitGatewayAssociationOperations } from "./transit-gateway-associations.ts";
import { transitGatewayAttachmentOperations } from "./transit-gateway-attachments.ts";
import { transitGatewayOperations } from "./transit-gateways.ts";
import { vpcEndpointServices } from "./vpc-endpoint-services.ts";
import { vpcEndpointOperations } from "./vpc-endpoints.ts";
import { vpcPeeringOperations } from "./vpc-peerings.ts";
import { vpcOperations } from "./vpcs.ts";
import { zones } from "./zones.ts";

/** Amazon EC2, with instances as processes of this machine: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
const ec2: ServiceFactory = (host): Service => {
  const hypervisor = new Hypervisor(host);
  return {
    name: "ec2",
    operations: {
      // They wait, and see to what every operation has by themselves.
      ...launching(hypervisor),
      ...keyMaking,
      ...served({
        ...instanceOperations(hypervisor),
        ...instanceStatus,
        ...instanceAttributes,
        ...instanceTypeOperations,
        ...imageOperations,
        ...keyPairOperations,
        ...launchTemplateOperations,
        ...spotRequestOperations(hypervisor),
        ...volumeOperations(hypervisor),
        ...vpcOperations,
        ...subnetOperations,
        ...zones,
        ...accountAttributes,
        ...routeTableOperations,
        ...internetGatewayOperations,
        ...natGatewayOperations,
        ...addressOperations,
        ...securityGroupOperations,
        ...securityGroupRuleOperations,
        ...networkAclOperations,
        ...networkInterfaceOperations,
        ...prefixListOperations,
        ...vpcEndpointOperations,
        ...vpcEndpointServices,
        ...vpcPeeringOperations,
        ...dhcpOptionsOperations,
        ...transitGatewayOperations,
        ...transitGatewayAttachmentOperations,
        ...transitGatewayAssociationOperations,
        ...tagOperations,
      }),
    },
    // Target filters of experiments see what the Describe operations answer.
    describe: Object.fromEntries(
      KINDS.map((kind) => [
        kind.type,
        (record, { account, region }) =>
          kind.describe(record, { account, region, store: host.store(account, region) }),
      ]),
    ),
    admin: instanceRoutes(host, hypervisor),
    start: () => hypervisor.resume(),
    stop: () => hypervisor.stop(),
  };
};

type Operations = Service["operations"];

/**
 * What every operation has: an account that finds the network that AWS gives it, and `DryRun`. A dry run does it all, and the
 * error that it ends with takes everything back.
 */
function served(operations: Operations): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, handler]) => [
      name,
      (input: { readonly DryRun?: boolean; readonly MaxResults?: number }, ctx: Context) => {
        checkPageSize(name, input.MaxResults);
        giveDefaults(ctx);
        const output = handler?.(input, ctx);
        if (input.DryRun === true) throw dryRunOperation();
        return output;
      },
    ]),
  );
}

export default ec2;
