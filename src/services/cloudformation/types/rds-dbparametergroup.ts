import { makeArn } from "../../../core/arn.ts";
import { settingChanges } from "../mapping/changes.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { call, retagDatabase } from "../mapping/rds.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbparametergroup.html */
export default defineType({
  type: "AWS::RDS::DBParameterGroup",
  required: ["Description", "Family"],
  replacedBy: ["DBParameterGroupName", "Description", "Family"],
  isTagged: true,
  async create(properties, at) {
    const { Family, Parameters: _, ...others } = properties;
    const id = String(properties["DBParameterGroupName"] ?? at.name(255, { lower: true })).toLowerCase();
    const input = { ...others, DBParameterGroupFamily: Family, DBParameterGroupName: id };
    await call(at, "CreateDBParameterGroup", withTags(input, at));
    at.made({ id });
    await setParameters(id, {}, properties, at);
    return { id, attributes: attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    await setParameters(id, before, properties, at);
    await retagDatabase("pg", id, before, properties, at);
    return { id, attributes: attributesOf(id, at) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteDBParameterGroup", { DBParameterGroupName: id })),
  attributes: async (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeDBParameterGroups", { DBParameterGroupName: id }));
    if (!output) return undefined;
    const [group] = output["DBParameterGroups"] as [Properties];
    const { Parameters } = await call(at, "DescribeDBParameters", {
      DBParameterGroupName: id,
      Source: "user",
    });
    const set = Parameters as { ParameterName: string; ParameterValue: string }[];
    return shown(properties, {
      ...group,
      Family: group["DBParameterGroupFamily"],
      Parameters: Object.fromEntries(
        set.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue]),
      ),
    });
  },
});

const attributesOf = (id: string, { region, account }: ResourceContext): Properties => ({
  DBParameterGroupName: id,
  DBParameterGroupArn: makeArn("rds", region, account, `pg:${id}`),
});

/** What instances take on only at their next reboot waits for it, as it does on AWS. */
async function setParameters(
  DBParameterGroupName: string,
  before: Properties,
  after: Properties,
  at: ResourceContext,
): Promise<void> {
  const { removed, changed } = settingChanges(before, after, "Parameters");
  const entry = (name: string) => ({ ParameterName: name, ApplyMethod: "pending-reboot" });
  if (removed.length > 0)
    await call(at, "ResetDBParameterGroup", { DBParameterGroupName, Parameters: removed.map(entry) });
  if (changed.length > 0)
    await call(at, "ModifyDBParameterGroup", {
      DBParameterGroupName,
      Parameters: changed.map(([name, ParameterValue]) => ({ ...entry(name), ParameterValue })),
    });
}
