import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

export interface DhcpOptionsRecord extends Kept {
  readonly configurations: readonly { readonly key: string; readonly values: readonly string[] }[];
}

export const dhcpOptions: Kind<DhcpOptionsRecord, EC2.DhcpOptions> = {
  type: "dhcp-options",
  prefix: "dopt",
  collection: defineCollection<DhcpOptionsRecord>({ name: "dhcp-options" }),
  notFound: notFound("InvalidDhcpOptionID.NotFound", "dhcpOption"),
  malformed: malformed("InvalidDhcpOptionsId.Malformed", "dopt"),
  describe: ({ id, tags, configurations }, { account }) => ({
    DhcpOptionsId: id,
    OwnerId: account,
    DhcpConfigurations: configurations.map(({ key, values }) => ({
      Key: key,
      Values: values.map((Value) => ({ Value })),
    })),
    Tags: tagList(tags),
  }),
  filters: {
    "dhcp-options-id": "DhcpOptionsId",
    key: "DhcpConfigurations.Key",
    value: "DhcpConfigurations.Values.Value",
    "owner-id": "OwnerId",
  },
};
