import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { type GroupRecord, groupRecords } from "./group.ts";
import { encryptionLifecycle } from "./lifecycle.ts";
import { ruleRecords, type SamplingRuleRecord } from "./sampling-rule.ts";

const byArn = { members: ["ResourceARN", "Tags", "TagKeys"], form: "list" } as const;

/** AWS X-Ray: https://docs.aws.amazon.com/xray/latest/api/ */
export default declareService({
  name: "xray",
  resources: {
    group: defineResource<GroupRecord>({
      arn: "arn:{partition}:xray:{region}:{account}:group/{GroupName}/{Id}",
      namedBy: { GroupARN: true, ResourceARN: true },
      fis: "aws:xray:group",
      cfn: "AWS::XRay::Group",
      collection: groupRecords,
      nameOf: ({ name, id }) => ({ GroupName: name, Id: id }),
      tags: taggedByArn({ of: ({ tags }) => tags, ...byArn }),
    }),
    "sampling-rule": defineResource<SamplingRuleRecord>({
      arn: "arn:{partition}:xray:{region}:{account}:sampling-rule/{RuleName}",
      namedBy: {
        RuleName: true,
        RuleARN: true,
        "SamplingRule.RuleName": true,
        "SamplingRuleUpdate.RuleName": true,
        "SamplingRuleUpdate.RuleARN": true,
        ResourceARN: true,
      },
      fis: "aws:xray:sampling-rule",
      cfn: "AWS::XRay::SamplingRule",
      collection: ruleRecords,
      tags: taggedByArn({ of: ({ tags }) => tags, ...byArn }),
    }),
  },
  faultPoints: lifecyclePoint(encryptionLifecycle),
});
