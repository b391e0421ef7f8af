import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html */
export default defineType({
  type: "AWS::EC2::SubnetRouteTableAssociation",
  replacedBy: ["RouteTableId", "SubnetId"],
  required: ["RouteTableId", "SubnetId"],
  async create({ RouteTableId, SubnetId }, at) {
    const { AssociationId } = await call(at, "AssociateRouteTable", { RouteTableId, SubnetId });
    return { id: String(AssociationId), attributes: { Id: AssociationId } };
  },
  delete: ({ id }, at) => gone(call(at, "DisassociateRouteTable", { AssociationId: id })),
  async read({ id, properties }, at) {
    const output = await found(
      call(at, "DescribeRouteTables", { RouteTableIds: [properties["RouteTableId"]] }),
    );
    const [table] = (output?.["RouteTables"] ?? []) as Properties[];
    const associations = (table?.["Associations"] ?? []) as Properties[];
    return shown(
      properties,
      associations.find(({ RouteTableAssociationId }) => RouteTableAssociationId === id),
    );
  },
});
