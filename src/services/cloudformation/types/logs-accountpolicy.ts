import { listOf } from "../mapping/changes.ts";
import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-accountpolicy.html */
export default mapped({
  type: "AWS::Logs::AccountPolicy",
  service: "logs",
  replacedBy: ["PolicyName", "PolicyType"],
  idOf: (_output, { PolicyType, PolicyName }, { account }) => `${account}|${PolicyType}|${PolicyName}`,
  attributesOf: (output) => ({
    AccountId: (output["accountPolicy"] as Record<string, unknown> | undefined)?.["accountId"],
  }),
  describedIn: (output) => listOf(output, "accountPolicies")[0],
  create: "PutAccountPolicy",
  update: "PutAccountPolicy",
  delete: "DeleteAccountPolicy",
  read: "DescribeAccountPolicies",
});
