import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eipassociation.html */
export default defineType({
  type: "AWS::EC2::EIPAssociation",
  replacedBy: ["AllocationId", "EIP", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress"],
  async create({ EIP, ...properties }, at) {
    const input = { ...properties, ...(EIP !== undefined && { PublicIp: EIP }) };
    const { AssociationId } = await call(at, "AssociateAddress", input);
    return { id: String(AssociationId), attributes: { Id: AssociationId } };
  },
  delete: ({ id }, at) => gone(call(at, "DisassociateAddress", { AssociationId: id })),
  attributes: async (id) => ({ Id: id }),
  async read({ id, properties }, at) {
    const Filters = [{ Name: "association-id", Values: [id] }];
    const output = await found(call(at, "DescribeAddresses", { Filters }));
    const [address] = (output?.["Addresses"] ?? []) as Properties[];
    return shown(properties, address && { ...address, EIP: address["PublicIp"] });
  },
});
