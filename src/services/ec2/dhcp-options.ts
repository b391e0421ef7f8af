import type { Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { describePage } from "./describing.ts";
import { dhcpOptions } from "./dhcp-options-set.ts";
import { hasDependencies, invalidParameterValue } from "./errors.ts";
import { find, has, idFor, remove, save } from "./kind.ts";
import { tagsFor } from "./tag-specifications.ts";
import { vpcs } from "./vpc.ts";

/** What a set can say: https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html */
const KEYS = [
  "domain-name-servers",
  "domain-name",
  "ntp-servers",
  "netbios-name-servers",
  "netbios-node-type",
  "ipv6-address-preferred-lease-time",
];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html and its neighbours */
export const dhcpOptionsOperations: Handlers<EC2.Operations> = {
  CreateDhcpOptions({ DhcpConfigurations, TagSpecifications }, ctx) {
    const tags = tagsFor("dhcp-options", TagSpecifications);
    const configurations = DhcpConfigurations.map(({ Key = "", Values = [] }) => ({
      key: Key,
      values: Values,
    }));
    const unknown = configurations.find(({ key }) => !KEYS.includes(key));
    if (unknown)
      throw invalidParameterValue(
        `Value (${unknown.key}) for parameter name is invalid. Unknown DHCP option`,
      );
    const options = save(dhcpOptions, { id: idFor(dhcpOptions, ctx), tags, configurations }, ctx);
    return { DhcpOptions: dhcpOptions.describe(options, ctx) };
  },

  DescribeDhcpOptions(input, ctx) {
    const { items, nextToken } = describePage(dhcpOptions, input.DhcpOptionsIds, input, ctx);
    return { DhcpOptions: items, NextToken: nextToken };
  },

  AssociateDhcpOptions({ DhcpOptionsId, VpcId }, ctx) {
    const vpc = find(vpcs, VpcId, ctx);
    const dhcpOptionsId = DhcpOptionsId === "default" ? "default" : find(dhcpOptions, DhcpOptionsId, ctx).id;
    save(vpcs, { ...vpc, dhcpOptionsId }, ctx);
    return {};
  },

  DeleteDhcpOptions({ DhcpOptionsId }, ctx) {
    const options = find(dhcpOptions, DhcpOptionsId, ctx);
    if (has(vpcs, ctx, ({ dhcpOptionsId }) => dhcpOptionsId === DhcpOptionsId))
      throw hasDependencies("dhcpOptions", DhcpOptionsId);
    remove(dhcpOptions, options, ctx);
    return {};
  },
};
