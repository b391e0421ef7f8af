import { ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";

/** What a set says, by the names that EC2 has for it. */
const OPTIONS: Readonly<Record<string, string>> = {
  DomainName: "domain-name",
  DomainNameServers: "domain-name-servers",
  NtpServers: "ntp-servers",
  NetbiosNameServers: "netbios-name-servers",
  NetbiosNodeType: "netbios-node-type",
  Ipv6AddressPreferredLeaseTime: "ipv6-address-preferred-lease-time",
};

interface Configuration {
  readonly Key: string;
  readonly Values: readonly { readonly Value: string }[];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-dhcpoptions.html */
export default ec2Type({
  type: "AWS::EC2::DHCPOptions",
  replacedBy: Object.keys(OPTIONS),
  create: "CreateDhcpOptions",
  delete: "DeleteDhcpOptions",
  made: ["DhcpOptions", "DhcpOptionsId"],
  described: ["DescribeDhcpOptions", "DhcpOptionsIds", "DhcpOptions"],
  input: (properties) => ({
    DhcpConfigurations: Object.entries(OPTIONS)
      .filter(([name]) => properties[name] !== undefined)
      .map(([name, Key]) => ({ Key, Values: [properties[name]].flat().map(String) })),
  }),
  asProperties({ DhcpConfigurations }) {
    const configurations = DhcpConfigurations as readonly Configuration[];
    const said: Record<string, unknown> = {};
    for (const [name, key] of Object.entries(OPTIONS)) {
      const values = configurations.find(({ Key }) => Key === key)?.Values.map(({ Value }) => Value);
      if (values) said[name] = name.endsWith("Servers") ? values : values[0];
    }
    return said satisfies Properties;
  },
});
