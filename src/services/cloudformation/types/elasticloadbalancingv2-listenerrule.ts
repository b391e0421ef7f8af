import { call, describedBy, firstIn, tagged } from "../mapping/elbv2.ts";
import { gone } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listenerrule.html */
export default defineType({
  type: "AWS::ElasticLoadBalancingV2::ListenerRule",
  required: ["Actions", "Conditions", "Priority"],
  replacedBy: ["ListenerArn"],
  async create(properties, at) {
    const made = firstIn(await call(at, "CreateRule", properties), "Rules");
    const id = String(made?.["RuleArn"]);
    const rule = { id, attributes: { RuleArn: id, IsDefault: false } };
    at.made(rule);
    return rule;
  },
  async update({ id, properties: before, attributes }, properties, at) {
    await call(at, "ModifyRule", { ...properties, RuleArn: id });
    if (String(before["Priority"]) !== String(properties["Priority"]))
      await call(at, "SetRulePriorities", {
        RulePriorities: [{ RuleArn: id, Priority: properties["Priority"] }],
      });
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteRule", { RuleArn: id })),
  attributes: async (id) => ({ RuleArn: id, IsDefault: false }),
  async read({ id, properties }, at) {
    const rule = await describedBy("DescribeRules", { RuleArns: [id] }, "Rules", at);
    return shown(properties, await tagged(id, rule, at));
  },
});
