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

/** `Ref` gives the address, and everything else goes by its allocation, as one does that is not made whole. */
async function allocationOf(id: string, at: ResourceContext): Promise<string | undefined> {
  if (id.startsWith("eipalloc-")) return id;
  const output = await found(call(at, "DescribeAddresses", { PublicIps: [id] }));
  const [one] = (output?.["Addresses"] ?? []) as { AllocationId: string }[];
  return one?.AllocationId;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html */
export default defineType({
  ...address,
  async create(properties, at) {
    const { attributes } = await address.create(properties, at);
    return { id: String(attributes?.["PublicIp"]), ...(attributes && { attributes }) };
  },
  async update(existing, properties, at) {
    const id = (await allocationOf(existing.id, at)) ?? existing.id;
    const made = await address.update?.({ ...existing, id }, properties, at);
    return made && { ...made, id: existing.id };
  },
  async delete(existing, at) {
    const id = await allocationOf(existing.id, at);
    if (id !== undefined) await address.delete({ ...existing, id }, at);
  },
  async attributes(ip, properties, at) {
    const id = await allocationOf(ip, at);
    return id === undefined ? {} : address.attributes?.(id, properties, at);
  },
  async read(existing, at) {
    const id = await allocationOf(existing.id, at);
    return id === undefined ? undefined : address.read?.({ ...existing, id }, at);
  },
});
