import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetcidrblock.html */
export default defineType({
  type: "AWS::EC2::SubnetCidrBlock",
  replacedBy: ["Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6NetmaskLength", "SubnetId"],
  required: ["SubnetId"],
  async create(properties, at) {
    const { Ipv6CidrBlockAssociation } = await call(at, "AssociateSubnetCidrBlock", properties);
    const id = String((Ipv6CidrBlockAssociation as Properties)["AssociationId"]);
    return { id, attributes: { Id: id } };
  },
  delete: ({ id }, at) => gone(call(at, "DisassociateSubnetCidrBlock", { AssociationId: id })),
  attributes: async (id) => ({ Id: id }),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeSubnets", { SubnetIds: [properties["SubnetId"]] }));
    const [subnet] = (output?.["Subnets"] ?? []) as Properties[];
    const blocks = (subnet?.["Ipv6CidrBlockAssociationSet"] ?? []) as Properties[];
    return shown(
      properties,
      blocks.find(({ AssociationId }) => AssociationId === id),
    );
  },
});
