import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { describePage } from "./describing.ts";
import { incorrectState, missingParameter, operationNotPermitted, peeringStateInvalid } from "./errors.ts";
import { type At, atPlace, change, find, idFor, save } from "./kind.ts";
import { tagsFor } from "./tag-specifications.ts";
import { type VpcRecord, vpcs } from "./vpc.ts";
import { isLive, optionsOf, type PeeringEnd, type VpcPeeringRecord, vpcPeerings } from "./vpc-peering.ts";

/** A request that nobody accepts is over after a week. */
const EXPIRES_AFTER_MS = 7 * 24 * 3_600_000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html and its neighbours */
export const vpcPeeringOperations: Handlers<EC2.Operations> = {
  CreateVpcPeeringConnection(input, ctx) {
    const vpc = find(vpcs, input.VpcId, ctx);
    const { PeerVpcId, PeerOwnerId = ctx.account, PeerRegion = ctx.region } = input;
    if (PeerVpcId === undefined) throw missingParameter("peerVpcId");
    const there = atPlace({ account: PeerOwnerId, region: PeerRegion }, ctx);
    const peer = find(vpcs, PeerVpcId, there);
    const peering: VpcPeeringRecord = {
      id: idFor(vpcPeerings, ctx),
      tags: tagsFor("vpc-peering-connection", input.TagSpecifications),
      requester: endOf(vpc, ctx),
      accepter: endOf(peer, there),
      status: "pending-acceptance",
      expiresAtMs: ctx.clock.now() + EXPIRES_AFTER_MS,
    };
    save(vpcPeerings, peering, ctx);
    if (there.store !== ctx.store) save(vpcPeerings, { ...peering, tags: {} }, there);
    return {
      VpcPeeringConnection: {
        ...vpcPeerings.describe(peering, ctx),
        Status: { Code: "initiating-request", Message: `Initiating Request to ${PeerOwnerId}` },
      },
    };
  },

  DescribeVpcPeeringConnections(input, ctx) {
    const { items, nextToken } = describePage(vpcPeerings, input.VpcPeeringConnectionIds, input, ctx);
    return { VpcPeeringConnections: items, NextToken: nextToken };
  },

  AcceptVpcPeeringConnection({ VpcPeeringConnectionId }, ctx) {
    const peering = find(vpcPeerings, VpcPeeringConnectionId, ctx);
    checkAccepter(peering, ctx, "accept");
    const accepted = settle(peering, { status: "active" }, ctx);
    return { VpcPeeringConnection: vpcPeerings.describe(accepted, ctx) };
  },

  RejectVpcPeeringConnection({ VpcPeeringConnectionId }, ctx) {
    const peering = find(vpcPeerings, VpcPeeringConnectionId, ctx);
    checkAccepter(peering, ctx, "reject");
    settle(peering, { status: "rejected" }, ctx);
    return { Return: true };
  },

  DeleteVpcPeeringConnection({ VpcPeeringConnectionId }, ctx) {
    const peering = find(vpcPeerings, VpcPeeringConnectionId, ctx);
    if (!isLive(peering))
      throw peeringStateInvalid(
        `Invalid state transition for ${peering.id}, attempted to transition from ${peering.status} to deleting`,
      );
    settle(peering, { status: "deleted" }, ctx);
    return { Return: true };
  },

  ModifyVpcPeeringConnectionOptions(input, ctx) {
    const peering = find(vpcPeerings, input.VpcPeeringConnectionId, ctx);
    if (peering.status !== "active")
      throw incorrectState(
        `VpcPeeringConnection ${peering.id} is not in a valid state to modify its options.`,
      );
    const { RequesterPeeringConnectionOptions: ours, AccepterPeeringConnectionOptions: theirs } = input;
    const changed = (
      end: PeeringEnd,
      given: EC2.PeeringConnectionOptionsRequest | undefined,
    ): PeeringEnd => ({
      ...end,
      allowsDnsResolution: given?.AllowDnsResolutionFromRemoteVpc ?? end.allowsDnsResolution,
    });
    const after = settle(
      peering,
      { requester: changed(peering.requester, ours), accepter: changed(peering.accepter, theirs) },
      ctx,
    );
    return {
      ...(ours && { RequesterPeeringConnectionOptions: optionsOf(after.requester) }),
      ...(theirs && { AccepterPeeringConnectionOptions: optionsOf(after.accepter) }),
    };
  },
};

const endOf = ({ id, blocks }: VpcRecord, { account, region }: At): PeeringEnd => ({
  vpcId: id,
  account,
  region,
  blocks: blocks.map(({ cidr }) => cidr),
  allowsDnsResolution: false,
});

/** @throws OperationNotPermitted for anybody but the other side, InvalidStateTransition for what is settled */
function checkAccepter({ id, accepter, status }: VpcPeeringRecord, ctx: Context, verb: string): void {
  if (accepter.account !== ctx.account || accepter.region !== ctx.region)
    throw operationNotPermitted(
      `User ${ctx.account} cannot ${verb} peering ${id}. Expected region: ${accepter.region} and owner: ${accepter.account}`,
    );
  if (status !== "pending-acceptance")
    throw peeringStateInvalid(
      `Invalid state transition for ${id}, attempted to transition from ${status} to ${verb === "accept" ? "active" : "rejected"}`,
    );
}

/** What changes is seen from both ends. */
function settle(
  { id, requester, accepter }: VpcPeeringRecord,
  to: Partial<VpcPeeringRecord>,
  ctx: Context,
): VpcPeeringRecord {
  for (const end of [requester, accepter]) change(vpcPeerings, id, to, atPlace(end, ctx));
  return find(vpcPeerings, id, ctx);
}
