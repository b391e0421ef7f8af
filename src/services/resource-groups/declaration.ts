import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { QUERY, queryPoint } from "./fault-points.ts";
import { type GroupRecord, groupRecords } from "./group.ts";

/** AWS Resource Groups: https://docs.aws.amazon.com/ARG/latest/APIReference/ */
export default declareService({
  name: "resource-groups",
  resources: {
    group: defineResource<GroupRecord>({
      arn: "arn:{partition}:resource-groups:{region}:{account}:group/{GroupName}",
      // `Group` may be a name or an ARN, which is understood by itself.
      namedBy: { Name: true, GroupName: true, Group: true, Arn: true },
      fis: "aws:resource-groups:group",
      cfn: "AWS::ResourceGroups::Group",
      collection: groupRecords,
      tags: {
        of: ({ tags }) => tags,
        add: { operation: "Tag", input: (Arn, Tags) => ({ Arn, Tags }) },
        remove: { operation: "Untag", input: (Arn, Keys) => ({ Arn, Keys }) },
      },
    }),
  },
  faultPoints: { [QUERY]: queryPoint },
});
