import { call } from "../mapping/ec2.ts";
import { found, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** A subnet is always associated with one list; it is led from one to another. */
async function associationOf(subnet: unknown, at: ResourceContext): Promise<Properties | undefined> {
  const output = await found(
    call(at, "DescribeNetworkAcls", { Filters: [{ Name: "association.subnet-id", Values: [subnet] }] }),
  );
  const [acl] = (output?.["NetworkAcls"] ?? []) as Properties[];
  const associations = (acl?.["Associations"] ?? []) as Properties[];
  return associations.find(({ SubnetId }) => SubnetId === subnet);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetnetworkaclassociation.html */
export default defineType({
  type: "AWS::EC2::SubnetNetworkAclAssociation",
  replacedBy: ["NetworkAclId", "SubnetId"],
  required: ["NetworkAclId", "SubnetId"],
  async create({ NetworkAclId, SubnetId }, at) {
    const before = await associationOf(SubnetId, at);
    const { NewAssociationId } = await call(at, "ReplaceNetworkAclAssociation", {
      AssociationId: before?.["NetworkAclAssociationId"],
      NetworkAclId,
    });
    return { id: String(NewAssociationId), attributes: { AssociationId: NewAssociationId } };
  },
  async delete({ id, properties: { SubnetId } }, at) {
    const now = await associationOf(SubnetId, at);
    if (now?.["NetworkAclAssociationId"] !== id) return;
    const { Subnets } = await call(at, "DescribeSubnets", { SubnetIds: [SubnetId] });
    const [subnet] = Subnets as Properties[];
    const { NetworkAcls } = await call(at, "DescribeNetworkAcls", {
      Filters: [
        { Name: "vpc-id", Values: [subnet?.["VpcId"]] },
        { Name: "default", Values: ["true"] },
      ],
    });
    const [ofVpc] = NetworkAcls as Properties[];
    await call(at, "ReplaceNetworkAclAssociation", {
      AssociationId: id,
      NetworkAclId: ofVpc?.["NetworkAclId"],
    });
  },
  async read({ id, properties }, at) {
    const now = await associationOf(properties["SubnetId"], at);
    return shown(properties, now?.["NetworkAclAssociationId"] === id ? now : undefined);
  },
});
