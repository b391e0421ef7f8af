import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

/** One end of a peering connection. */
export interface PeeringEnd {
  readonly vpcId: string;
  readonly account: string;
  readonly region: string;
  readonly blocks: readonly string[];
  readonly allowsDnsResolution: boolean;
}

/** Both ends keep one under the same id, each with its own tags. */
export interface VpcPeeringRecord extends Kept {
  readonly requester: PeeringEnd;
  readonly accepter: PeeringEnd;
  readonly status: "pending-acceptance" | "active" | "rejected" | "deleted";
  readonly expiresAtMs: number;
}

/** A connection that was rejected or deleted is still seen for a time: it holds nobody. */
export const isLive = ({ status }: VpcPeeringRecord): boolean =>
  status === "active" || status === "pending-acceptance";

const MESSAGES: Readonly<Record<VpcPeeringRecord["status"], (by: VpcPeeringRecord) => string>> = {
  "pending-acceptance": ({ accepter }) => `Pending Acceptance by ${accepter.account}`,
  active: () => "Active",
  rejected: ({ accepter }) => `Rejected by ${accepter.account}`,
  deleted: ({ requester }) => `Deleted by ${requester.account}`,
};

export const vpcPeerings: Kind<VpcPeeringRecord, EC2.VpcPeeringConnection> = {
  type: "vpc-peering-connection",
  prefix: "pcx",
  collection: defineCollection<VpcPeeringRecord>({ name: "vpc-peerings" }),
  notFound: notFound("InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection"),
  malformed: malformed("InvalidVpcPeeringConnectionId.Malformed", "pcx"),
  describe(peering) {
    const { id, tags, requester, accepter, status, expiresAtMs } = peering;
    const isPending = status === "pending-acceptance";
    return {
      VpcPeeringConnectionId: id,
      RequesterVpcInfo: describeEnd(requester),
      // What is on the other side is told once it has agreed.
      AccepterVpcInfo: isPending
        ? { OwnerId: accepter.account, Region: accepter.region, VpcId: accepter.vpcId }
        : describeEnd(accepter),
      ...(isPending && { ExpirationTime: new Date(expiresAtMs) }),
      Status: { Code: status, Message: MESSAGES[status](peering) },
      Tags: tagList(tags),
    };
  },
  filters: {
    "accepter-vpc-info.cidr-block": "AccepterVpcInfo.CidrBlock",
    "accepter-vpc-info.owner-id": "AccepterVpcInfo.OwnerId",
    "accepter-vpc-info.vpc-id": "AccepterVpcInfo.VpcId",
    "expiration-time": "ExpirationTime",
    "requester-vpc-info.cidr-block": "RequesterVpcInfo.CidrBlock",
    "requester-vpc-info.owner-id": "RequesterVpcInfo.OwnerId",
    "requester-vpc-info.vpc-id": "RequesterVpcInfo.VpcId",
    "status-code": "Status.Code",
    "status-message": "Status.Message",
    "vpc-peering-connection-id": "VpcPeeringConnectionId",
  },
};

/** The options of an end, as the description of a connection has them and the answer to their change. */
export const optionsOf = ({ allowsDnsResolution }: PeeringEnd) => ({
  AllowDnsResolutionFromRemoteVpc: allowsDnsResolution,
  AllowEgressFromLocalClassicLinkToRemoteVpc: false,
  AllowEgressFromLocalVpcToRemoteClassicLink: false,
});

const describeEnd = (end: PeeringEnd): EC2.VpcPeeringConnectionVpcInfo => ({
  VpcId: end.vpcId,
  OwnerId: end.account,
  Region: end.region,
  CidrBlock: end.blocks[0] ?? "",
  CidrBlockSet: end.blocks.map((CidrBlock) => ({ CidrBlock })),
  PeeringOptions: optionsOf(end),
});
