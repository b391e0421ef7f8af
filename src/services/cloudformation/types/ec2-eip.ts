import { call, ec2Type } from "../mapping/ec2.ts";
import { found } from "../mapping/mapped.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const address = ec2Type({
  type: "AWS::EC2::EIP",
  replacedBy: ["Address", "Domain", "NetworkBorderGroup"],
  create: "AllocateAddress",
  delete: "ReleaseAddress",
  made: [undefined, "AllocationId"],
  described: ["DescribeAddresses", "AllocationIds", "Addresses"],
  input: ({ Domain = "vpc", Address, NetworkBorderGroup }) => ({ Domain, Address, NetworkBorderGroup }),
  attributesOf: ({ PublicIp }) => ({ PublicIp }),
});

/** `Ref` gives the address, and everything else goes by its allocation. */
async function allocationOf(ip: string, at: ResourceContext): Promise<string> {
  const output = await found(call(at, "DescribeAddresses", { PublicIps: [ip] }));
  const [one] = (output?.["Addresses"] ?? []) as { AllocationId: string }[];
  return one?.AllocationId ?? ip;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html */
export default defineType({
  ...address,
  async create(properties, at) {
    const { attributes } = await address.create(properties, at);
    return { id: String(attributes?.["PublicIp"]), ...(attributes && { attributes }) };
  },
  async update(existing, properties, at) {
    const made = await address.update?.(
      { ...existing, id: await allocationOf(existing.id, at) },
      properties,
      at,
    );
    return made && { ...made, id: existing.id };
  },
  async delete(existing, at) {
    const id = await allocationOf(existing.id, at);
    if (id !== existing.id) await address.delete({ ...existing, id }, at);
  },
  async attributes(id, properties, at) {
    return address.attributes?.(await allocationOf(id, at), properties, at);
  },
  async read(existing, at) {
    const id = await allocationOf(existing.id, at);
    return id === existing.id ? undefined : address.read?.({ ...existing, id }, at);
  },
});
