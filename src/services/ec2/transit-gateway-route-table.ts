import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

export interface TransitGatewayRouteTableRecord extends Kept {
  readonly transitGatewayId: string;
  readonly isDefault: boolean;
  readonly createdAtMs: number;
}

export const transitGatewayRouteTables: Kind<TransitGatewayRouteTableRecord, EC2.TransitGatewayRouteTable> = {
  type: "transit-gateway-route-table",
  prefix: "tgw-rtb",
  collection: defineCollection<TransitGatewayRouteTableRecord>({ name: "transit-gateway-route-tables" }),
  notFound: notFound("InvalidRouteTableID.NotFound", "transitGatewayRouteTable"),
  malformed: malformed("InvalidRouteTableId.Malformed", "tgw-rtb"),
  describe: ({ id, tags, transitGatewayId, isDefault, createdAtMs }) => ({
    TransitGatewayRouteTableId: id,
    TransitGatewayId: transitGatewayId,
    State: "available",
    DefaultAssociationRouteTable: isDefault,
    DefaultPropagationRouteTable: isDefault,
    CreationTime: new Date(createdAtMs),
    Tags: tagList(tags),
  }),
  filters: {
    "default-association-route-table": "DefaultAssociationRouteTable",
    "default-propagation-route-table": "DefaultPropagationRouteTable",
    state: "State",
    "transit-gateway-id": "TransitGatewayId",
    "transit-gateway-route-table-id": "TransitGatewayRouteTableId",
  },
};
