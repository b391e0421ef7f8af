import { tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

export interface TransitGatewayRecord extends Kept {
  readonly description?: string;
  readonly options: EC2.TransitGatewayOptions;
  readonly createdAtMs: number;
}

export const transitGateways: Kind<TransitGatewayRecord, EC2.TransitGateway> = {
  type: "transit-gateway",
  prefix: "tgw",
  collection: defineCollection<TransitGatewayRecord>({ name: "transit-gateways" }),
  notFound: notFound("InvalidTransitGatewayID.NotFound", "transitGateway"),
  malformed: malformed("InvalidTransitGatewayID.Malformed", "tgw"),
  describe: ({ id, tags, description, options, createdAtMs }, { account, region }) => ({
    TransitGatewayId: id,
    TransitGatewayArn: makeArn("ec2", region, account, `transit-gateway/${id}`),
    State: "available",
    OwnerId: account,
    ...(description !== undefined && { Description: description }),
    CreationTime: new Date(createdAtMs),
    Options: options,
    Tags: tagList(tags),
  }),
  filters: {
    "options.propagation-default-route-table-id": "Options.PropagationDefaultRouteTableId",
    "options.amazon-side-asn": "Options.AmazonSideAsn",
    "options.association-default-route-table-id": "Options.AssociationDefaultRouteTableId",
    "options.auto-accept-shared-attachments": "Options.AutoAcceptSharedAttachments",
    "options.default-route-table-association": "Options.DefaultRouteTableAssociation",
    "options.default-route-table-propagation": "Options.DefaultRouteTablePropagation",
    "options.dns-support": "Options.DnsSupport",
    "options.vpn-ecmp-support": "Options.VpnEcmpSupport",
    "owner-id": "OwnerId",
    state: "State",
    "transit-gateway-id": "TransitGatewayId",
  },
};
