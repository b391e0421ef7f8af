import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcdhcpoptionsassociation.html */
export default defineType({
  type: "AWS::EC2::VPCDHCPOptionsAssociation",
  replacedBy: ["VpcId"],
  required: ["DhcpOptionsId", "VpcId"],
  async create(properties, at) {
    await call(at, "AssociateDhcpOptions", properties);
    return { id: `${properties["DhcpOptionsId"]}|${properties["VpcId"]}` };
  },
  async update({ id }, properties, at) {
    await call(at, "AssociateDhcpOptions", properties);
    return { id };
  },
  async delete({ properties }, at) {
    // Where another set has taken its place, it stays.
    if ((await setOf(properties, at)) !== properties["DhcpOptionsId"]) return;
    await gone(call(at, "AssociateDhcpOptions", { ...properties, DhcpOptionsId: "default" }));
  },
  async read({ properties }, at) {
    const DhcpOptionsId = await setOf(properties, at);
    return DhcpOptionsId === properties["DhcpOptionsId"] ? shown(properties, { DhcpOptionsId }) : undefined;
  },
});

async function setOf({ VpcId }: Properties, at: ResourceContext): Promise<unknown> {
  const output = await found(call(at, "DescribeVpcs", { VpcIds: [VpcId] }));
  return (output?.["Vpcs"] as Properties[] | undefined)?.[0]?.["DhcpOptionsId"];
}
