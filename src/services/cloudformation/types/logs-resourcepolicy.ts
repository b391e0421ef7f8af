import { listOf } from "../mapping/changes.ts";
import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-resourcepolicy.html */
export default mapped({
  type: "AWS::Logs::ResourcePolicy",
  service: "logs",
  replacedBy: ["PolicyName"],
  named: ["PolicyName", 128],
  describedIn: (output, { id }) =>
    listOf<Properties>(output, "resourcePolicies").find(({ policyName }) => policyName === id),
  create: "PutResourcePolicy",
  update: "PutResourcePolicy",
  delete: "DeleteResourcePolicy",
  read: "DescribeResourcePolicies",
});
