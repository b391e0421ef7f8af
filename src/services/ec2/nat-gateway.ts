import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { natGatewayMalformed, natGatewayNotFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

export interface NatGatewayRecord extends Kept {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly connectivityType: EC2.ConnectivityType;
  readonly addresses: readonly EC2.NatGatewayAddress[];
  readonly createdAtMs: number;
}

export const natGateways: Kind<NatGatewayRecord, EC2.NatGateway> = {
  type: "natgateway",
  prefix: "nat",
  collection: defineCollection<NatGatewayRecord>({ name: "nat-gateways" }),
  notFound: natGatewayNotFound,
  malformed: natGatewayMalformed,
  describe: ({ id, tags, vpcId, subnetId, connectivityType, addresses, createdAtMs }) => ({
    NatGatewayId: id,
    VpcId: vpcId,
    SubnetId: subnetId,
    State: "available",
    ConnectivityType: connectivityType,
    NatGatewayAddresses: [...addresses],
    CreateTime: new Date(createdAtMs),
    Tags: tagList(tags),
  }),
  filters: {
    "nat-gateway-id": "NatGatewayId",
    state: "State",
    "subnet-id": "SubnetId",
    "vpc-id": "VpcId",
  },
};
