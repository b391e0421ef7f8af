import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

export interface VpcAttachmentRecord extends Kept {
  readonly transitGatewayId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly options: EC2.TransitGatewayVpcAttachmentOptions;
  /** The route table that it goes by. */
  readonly associatedWith?: string | undefined;
  /** The route tables that know its routes. */
  readonly propagatesTo: readonly string[];
  /** One that is deleted is still seen for an hour, as such: who waits for its end looks for that. */
  readonly deletedAtMs?: number;
  readonly createdAtMs: number;
}

const attachmentErrors = {
  notFound: notFound("InvalidTransitGatewayAttachmentID.NotFound", "transitGatewayAttachment"),
  malformed: malformed("InvalidTransitGatewayAttachmentID.Malformed", "tgw-attach"),
};

const SEEN_AFTER_END_MS = 3_600_000;

export const isAttached = ({ deletedAtMs }: VpcAttachmentRecord): boolean => deletedAtMs === undefined;

export const isSeen = ({ deletedAtMs }: VpcAttachmentRecord, nowMs: number): boolean =>
  deletedAtMs === undefined || nowMs - deletedAtMs < SEEN_AFTER_END_MS;

export const vpcAttachments: Kind<VpcAttachmentRecord, EC2.TransitGatewayVpcAttachment> = {
  type: "transit-gateway-attachment",
  prefix: "tgw-attach",
  collection: defineCollection<VpcAttachmentRecord>({ name: "transit-gateway-vpc-attachments" }),
  ...attachmentErrors,
  describe: (attachment, { account }) => ({
    TransitGatewayAttachmentId: attachment.id,
    TransitGatewayId: attachment.transitGatewayId,
    VpcId: attachment.vpcId,
    VpcOwnerId: account,
    State: isAttached(attachment) ? "available" : "deleted",
    SubnetIds: [...attachment.subnetIds],
    CreationTime: new Date(attachment.createdAtMs),
    Options: attachment.options,
    Tags: tagList(attachment.tags),
  }),
  filters: {
    state: "State",
    "transit-gateway-attachment-id": "TransitGatewayAttachmentId",
    "transit-gateway-id": "TransitGatewayId",
    "vpc-id": "VpcId",
  },
};

/** Both ends keep one under the same id, each with its own tags. */
export interface PeeringAttachmentRecord extends Kept {
  readonly requester: EC2.PeeringTgwInfo;
  readonly accepter: EC2.PeeringTgwInfo;
  readonly state: "pendingAcceptance" | "available" | "rejected" | "deleted";
  readonly createdAtMs: number;
}

export const peeringAttachments: Kind<PeeringAttachmentRecord, EC2.TransitGatewayPeeringAttachment> = {
  type: "transit-gateway-attachment",
  prefix: "tgw-attach",
  collection: defineCollection<PeeringAttachmentRecord>({ name: "transit-gateway-peering-attachments" }),
  ...attachmentErrors,
  describe: ({ id, tags, requester, accepter, state, createdAtMs }) => ({
    TransitGatewayAttachmentId: id,
    RequesterTgwInfo: requester,
    AccepterTgwInfo: accepter,
    State: state,
    CreationTime: new Date(createdAtMs),
    Tags: tagList(tags),
  }),
  filters: {
    "transit-gateway-attachment-id": "TransitGatewayAttachmentId",
    "local-owner-id": "RequesterTgwInfo.OwnerId",
    "remote-owner-id": "AccepterTgwInfo.OwnerId",
    state: "State",
    "transit-gateway-id": ({ RequesterTgwInfo, AccepterTgwInfo }) => [
      RequesterTgwInfo?.TransitGatewayId,
      AccepterTgwInfo?.TransitGatewayId,
    ],
  },
};
