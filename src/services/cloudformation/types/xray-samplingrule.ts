import { tagList } from "../../../aws/tags.ts";
import { retag } from "../mapping/changes.ts";
import { gone } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { tagsOf } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

type Rule = Readonly<Record<string, unknown>>;
interface RuleRecord {
  readonly SamplingRule: Rule & { readonly RuleARN: string };
}

const MISSING = /^Sampling rule does not exist/;

/** A template may leave out what has one value only, and what the service gives. */
const ruleOf = ({ SamplingRule }: Values): Rule => {
  const { RuleARN: _, ...rule } = (SamplingRule ?? {}) as Rule;
  const numbers = ["Priority", "FixedRate", "ReservoirSize", "Version"].flatMap((name) =>
    rule[name] === undefined ? [] : [[name, Number(rule[name])]],
  );
  return { Version: 1, ...rule, ...Object.fromEntries(numbers) };
};

async function findRule(arn: string, at: ResourceContext): Promise<Rule | undefined> {
  const { SamplingRuleRecords } = await at.call<{ SamplingRuleRecords: readonly RuleRecord[] }>(
    "xray",
    "GetSamplingRules",
    {},
  );
  return SamplingRuleRecords.find(({ SamplingRule }) => SamplingRule.RuleARN === arn)?.SamplingRule;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-xray-samplingrule.html */
export default defineType({
  type: "AWS::XRay::SamplingRule",
  replacedBy: ["SamplingRule.RuleName", "SamplingRule.Version"],
  required: ["SamplingRule"],
  isTagged: true,
  async create(properties, at) {
    const { SamplingRuleRecord } = await at.call<{ SamplingRuleRecord: RuleRecord }>(
      "xray",
      "CreateSamplingRule",
      { SamplingRule: ruleOf(properties), Tags: tagList(tagsOf(properties, at.stackTags)) },
    );
    const { RuleARN } = SamplingRuleRecord.SamplingRule;
    return { id: RuleARN, attributes: { RuleARN } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const { Version: _, RuleName: __, ...rule } = ruleOf(properties);
    await at.call("xray", "UpdateSamplingRule", { SamplingRuleUpdate: { ...rule, RuleARN: id } });
    await retag(before, properties, at, {
      untag: (TagKeys) => at.call("xray", "UntagResource", { ResourceARN: id, TagKeys }),
      tag: (tags) => at.call("xray", "TagResource", { ResourceARN: id, Tags: tagList(tags) }),
    });
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(at.call("xray", "DeleteSamplingRule", { RuleARN: id }), MISSING),
  attributes: async (RuleARN) => ({ RuleARN }),
  async read({ id, properties }, at) {
    const rule = await findRule(id, at);
    return shown(properties, rule && { SamplingRule: rule });
  },
});
