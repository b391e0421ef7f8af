import { settingChanges } from "../mapping/changes.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { arnOf, call, nameIn, retagByArn } from "../mapping/memorydb.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-memorydb-parametergroup.html */
export default defineType({
  type: "AWS::MemoryDB::ParameterGroup",
  required: ["Family", "ParameterGroupName"],
  replacedBy: ["Description", "Family", "ParameterGroupName"],
  isTagged: true,
  async create(properties, at) {
    const id = nameIn(properties, "ParameterGroupName");
    await call(at, "CreateParameterGroup", withTags(properties, at));
    at.made({ id });
    await setParameters(id, {}, properties, at);
    return { id, attributes: { ARN: arnOf("parametergroup", id, at) } };
  },
  async update({ id, properties: before }, properties, at) {
    await setParameters(id, before, properties, at);
    await retagByArn(arnOf("parametergroup", id, at), before, properties, at);
    return { id, attributes: { ARN: arnOf("parametergroup", id, at) } };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteParameterGroup", { ParameterGroupName: id })),
  attributes: async (id, _properties, at) => ({ ARN: arnOf("parametergroup", id, at) }),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeParameterGroups", { ParameterGroupName: id }));
    const [group] = (output?.["ParameterGroups"] ?? []) as Properties[];
    if (!group) return undefined;
    const { Parameters } = await call(at, "DescribeParameters", { ParameterGroupName: id });
    const all = (Parameters as Properties[]).map(({ Name, Value }) => [String(Name), Value] as const);
    return shown(properties, { ...group, Parameters: Object.fromEntries(all) });
  },
});

async function setParameters(
  ParameterGroupName: string,
  before: Properties,
  after: Properties,
  at: ResourceContext,
): Promise<void> {
  const { removed, changed } = settingChanges(before, after, "Parameters");
  if (removed.length > 0)
    await call(at, "ResetParameterGroup", { ParameterGroupName, ParameterNames: removed });
  if (changed.length > 0)
    await call(at, "UpdateParameterGroup", {
      ParameterGroupName,
      ParameterNameValues: changed.map(([ParameterName, ParameterValue]) => ({
        ParameterName,
        ParameterValue,
      })),
    });
}
