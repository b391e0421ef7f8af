import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

export interface InternetGatewayRecord extends Kept {
  /** The VPC that it is attached to. */
  readonly vpcId?: string | undefined;
}

export const internetGateways: Kind<InternetGatewayRecord, EC2.InternetGateway> = {
  type: "internet-gateway",
  prefix: "igw",
  collection: defineCollection<InternetGatewayRecord>({ name: "internet-gateways" }),
  notFound: notFound("InvalidInternetGatewayID.NotFound", "internetGateway"),
  malformed: malformed("InvalidInternetGatewayId.Malformed", "igw"),
  describe: ({ id, tags, vpcId }, { account }) => ({
    InternetGatewayId: id,
    OwnerId: account,
    // Its attachments are "available", whatever the model's type says.
    Attachments: vpcId === undefined ? [] : [{ VpcId: vpcId, State: "available" }],
    Tags: tagList(tags),
  }),
  filters: {
    "attachment.state": "Attachments.State",
    "attachment.vpc-id": "Attachments.VpcId",
    "internet-gateway-id": "InternetGatewayId",
    "owner-id": "OwnerId",
  },
};

/** A way out for IPv6 only: https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html */
export interface EgressOnlyGatewayRecord extends Kept {
  readonly vpcId: string;
}

export const egressOnlyGateways: Kind<EgressOnlyGatewayRecord, EC2.EgressOnlyInternetGateway> = {
  type: "egress-only-internet-gateway",
  prefix: "eigw",
  collection: defineCollection<EgressOnlyGatewayRecord>({ name: "egress-only-internet-gateways" }),
  notFound: notFound("InvalidGatewayID.NotFound", "eigw"),
  malformed: malformed("InvalidEgressOnlyInternetGatewayId.Malformed", "eigw"),
  describe: ({ id, tags, vpcId }) => ({
    EgressOnlyInternetGatewayId: id,
    Attachments: [{ VpcId: vpcId, State: "attached" }],
    Tags: tagList(tags),
  }),
  filters: {},
};
