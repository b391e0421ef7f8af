import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-resourcegroups-group.html */
export default mapped({
  type: "AWS::ResourceGroups::Group",
  service: "resource-groups",
  replacedBy: ["Name"],
  required: ["Name"],
  named: ["Name", 300],
  create: "CreateGroup",
  update: "UpdateGroup",
  delete: "DeleteGroup",
  read: "GetGroup",
  keyOf: (id) => ({ Group: id, GroupName: id }),
  input: (properties, at) => {
    const query = properties["ResourceQuery"] as { Type?: string; Query?: unknown } | undefined;
    if (query === undefined) return properties;
    const meant = query.Query ?? {
      ResourceTypeFilters: ["AWS::AllSupported"],
      ...(query.Type === "CLOUDFORMATION_STACK_1_0" && { StackIdentifier: at.stackId }),
    };
    return { ...properties, ResourceQuery: { ...query, Query: JSON.stringify(meant) } };
  },
  attributesOf: (_output, _properties, id, { partition, region, account }) => ({
    Arn: `arn:${partition}:resource-groups:${region}:${account}:group/${id}`,
  }),
});
