import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const inputOf = ({ Icmp, Egress = false, ...properties }: Values) => ({
  ...properties,
  Egress,
  IcmpTypeCode: Icmp,
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkaclentry.html */
export default defineType({
  type: "AWS::EC2::NetworkAclEntry",
  replacedBy: ["Egress", "NetworkAclId", "RuleNumber"],
  required: ["NetworkAclId", "Protocol", "RuleAction", "RuleNumber"],
  async create(properties, at) {
    await call(at, "CreateNetworkAclEntry", inputOf(properties));
    const id = at.name();
    return { id, attributes: { Id: id } };
  },
  async update(existing, properties, at) {
    await call(at, "ReplaceNetworkAclEntry", inputOf(properties));
    return existing;
  },
  delete: ({ properties }, at) => gone(call(at, "DeleteNetworkAclEntry", inputOf(properties))),
  async read({ properties }, at) {
    const { NetworkAclId, RuleNumber, Egress = false } = properties;
    const output = await found(call(at, "DescribeNetworkAcls", { NetworkAclIds: [NetworkAclId] }));
    const [acl] = (output?.["NetworkAcls"] ?? []) as Properties[];
    const entries = (acl?.["Entries"] ?? []) as Properties[];
    return shown(
      properties,
      entries.find(
        (entry) =>
          String(entry["RuleNumber"]) === String(RuleNumber) && String(entry["Egress"]) === String(Egress),
      ),
    );
  },
});
