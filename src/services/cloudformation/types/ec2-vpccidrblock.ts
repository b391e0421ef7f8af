import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpccidrblock.html */
export default defineType({
  type: "AWS::EC2::VPCCidrBlock",
  replacedBy: [
    "AmazonProvidedIpv6CidrBlock",
    "CidrBlock",
    "Ipv4IpamPoolId",
    "Ipv4NetmaskLength",
    "Ipv6CidrBlock",
    "Ipv6IpamPoolId",
    "Ipv6NetmaskLength",
    "Ipv6Pool",
    "VpcId",
  ],
  required: ["VpcId"],
  async create(properties, at) {
    const output = await call(at, "AssociateVpcCidrBlock", properties);
    const association = (output["CidrBlockAssociation"] ?? output["Ipv6CidrBlockAssociation"]) as Properties;
    const id = String(association["AssociationId"]);
    return { id, attributes: { Id: id } };
  },
  delete: ({ id }, at) => gone(call(at, "DisassociateVpcCidrBlock", { AssociationId: id })),
  attributes: async (id) => ({ Id: id }),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeVpcs", { VpcIds: [properties["VpcId"]] }));
    const [vpc] = (output?.["Vpcs"] ?? []) as Properties[];
    const blocks = [vpc?.["CidrBlockAssociationSet"], vpc?.["Ipv6CidrBlockAssociationSet"]].flat();
    return shown(
      properties,
      (blocks as (Properties | undefined)[]).find((block) => block?.["AssociationId"] === id),
    );
  },
});
