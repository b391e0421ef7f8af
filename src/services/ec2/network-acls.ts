import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { formatCidr } from "./cidr.ts";
import { describePage } from "./describing.ts";
import {
  aclEntryExists,
  aclEntryNotFound,
  associationNotFound,
  hasDependencies,
  invalidParameterValue,
  missingParameter,
} from "./errors.ts";
import { once } from "./idempotency.ts";
import { newId } from "./ids.ts";
import { all, find, idFor, remove, save } from "./kind.ts";
import { dissociate, type NetworkAclRecord, networkAcls } from "./network-acl.ts";
import { tagsFor } from "./tag-specifications.ts";
import { vpcs } from "./vpc.ts";
import { readBlock } from "./vpc-blocks.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html and its neighbours */
export const networkAclOperations: Handlers<EC2.Operations> = {
  CreateNetworkAcl(input, ctx) {
    const acl = once(networkAcls, input, ctx, () =>
      save(
        networkAcls,
        {
          id: idFor(networkAcls, ctx),
          tags: tagsFor("network-acl", input.TagSpecifications),
          vpcId: find(vpcs, input.VpcId, ctx).id,
          isDefault: false,
          entries: [],
          subnets: {},
        },
        ctx,
      ),
    );
    return { NetworkAcl: networkAcls.describe(acl, ctx), ClientToken: input.ClientToken };
  },

  DescribeNetworkAcls(input, ctx) {
    const { items, nextToken } = describePage(networkAcls, input.NetworkAclIds, input, ctx);
    return { NetworkAcls: items, NextToken: nextToken };
  },

  DeleteNetworkAcl({ NetworkAclId }, ctx) {
    const acl = find(networkAcls, NetworkAclId, ctx);
    if (acl.isDefault) throw invalidParameterValue(`cannot delete default network ACL ${NetworkAclId}`);
    if (Object.keys(acl.subnets).length > 0) throw hasDependencies("networkAcl", NetworkAclId);
    remove(networkAcls, acl, ctx);
    return {};
  },

  CreateNetworkAclEntry(input, ctx) {
    const acl = find(networkAcls, input.NetworkAclId, ctx);
    if (entryAt(acl, input)) throw aclEntryExists(input.RuleNumber);
    save(networkAcls, { ...acl, entries: [...acl.entries, entryOf(input)] }, ctx);
    return {};
  },

  ReplaceNetworkAclEntry(input, ctx) {
    const acl = find(networkAcls, input.NetworkAclId, ctx);
    const before = entryAt(acl, input);
    if (before === undefined) throw aclEntryNotFound(input.RuleNumber, acl.id);
    const entries = acl.entries.map((entry) => (entry === before ? entryOf(input) : entry));
    save(networkAcls, { ...acl, entries }, ctx);
    return {};
  },

  DeleteNetworkAclEntry(input, ctx) {
    const acl = find(networkAcls, input.NetworkAclId, ctx);
    const entry = entryAt(acl, input);
    if (entry === undefined) throw aclEntryNotFound(input.RuleNumber, acl.id);
    save(networkAcls, { ...acl, entries: acl.entries.filter((one) => one !== entry) }, ctx);
    return {};
  },

  ReplaceNetworkAclAssociation({ AssociationId, NetworkAclId }, ctx) {
    const acl = find(networkAcls, NetworkAclId, ctx);
    const subnetId = subnetOf(AssociationId, ctx);
    dissociate(subnetId, ctx);
    const now = find(networkAcls, acl.id, ctx);
    const NewAssociationId = newId("aclassoc", ctx.random);
    save(networkAcls, { ...now, subnets: { ...now.subnets, [subnetId]: NewAssociationId } }, ctx);
    return { NewAssociationId };
  },
};

function subnetOf(associationId: string, ctx: Context): string {
  for (const { subnets } of all(networkAcls, ctx)) {
    const [found] = Object.entries(subnets).filter(([, id]) => id === associationId);
    if (found) return found[0];
  }
  throw associationNotFound(associationId);
}

const entryAt = (
  { entries }: NetworkAclRecord,
  { RuleNumber, Egress }: Pick<EC2.NetworkAclEntry, "RuleNumber" | "Egress">,
): EC2.NetworkAclEntry | undefined =>
  entries.find((entry) => entry.RuleNumber === RuleNumber && entry.Egress === Egress);

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html: 32767 is the entry that ends every list */
const GREATEST_RULE_NUMBER = 32_766;

function entryOf(input: EC2.ReplaceNetworkAclEntryRequest): EC2.NetworkAclEntry {
  const { RuleNumber, Protocol, RuleAction, Egress, CidrBlock, Ipv6CidrBlock, IcmpTypeCode, PortRange } =
    input;
  if (RuleNumber < 1 || RuleNumber > GREATEST_RULE_NUMBER)
    throw invalidParameterValue(`Value (${RuleNumber}) for parameter ruleNumber is invalid.`);
  if (CidrBlock === undefined && Ipv6CidrBlock === undefined) throw missingParameter("cidrBlock");
  const names: Readonly<Record<string, string>> = { tcp: "6", udp: "17", icmp: "1", icmpv6: "58", all: "-1" };
  return {
    RuleNumber,
    Protocol: names[Protocol.toLowerCase()] ?? Protocol,
    RuleAction,
    Egress,
    ...(CidrBlock !== undefined && { CidrBlock: formatCidr(readBlock(CidrBlock, "cidrBlock")) }),
    ...(Ipv6CidrBlock !== undefined && {
      Ipv6CidrBlock: formatCidr(readBlock(Ipv6CidrBlock, "ipv6CidrBlock")),
    }),
    ...(IcmpTypeCode && { IcmpTypeCode }),
    ...(PortRange && { PortRange }),
  };
}
