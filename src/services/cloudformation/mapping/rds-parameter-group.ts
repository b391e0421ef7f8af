import { makeArn } from "../../../core/arn.ts";
import { defineType, type ResourceContext, type ResourceType } from "../resource-type.ts";
import { settingChanges } from "./changes.ts";
import { found, gone, type Properties, withTags } from "./mapped.ts";
import { call, retagDatabase } from "./rds.ts";
import { shown } from "./shown.ts";

/** A type of RDS's parameter groups. */
interface GroupType {
  readonly type: string;
  readonly required: readonly string[];
  /** What its operations call it: `DBClusterParameterGroup` */
  readonly called: string;
  /** What they call its parameters: `DBClusterParameters` */
  readonly parameters: string;
  /** As it stands in ARNs. */
  readonly arnType: string;
}

/** Parameter groups of instances, or of clusters. */
export function parameterGroupType({ type, required, called, parameters, arnType }: GroupType): ResourceType {
  const nameKey = `${called}Name`;
  const attributesOf = (id: string, { region, account }: ResourceContext): Properties => ({
    [nameKey]: id,
    [`${called}Arn`]: makeArn("rds", region, account, `${arnType}:${id}`),
  });
  /** What instances take on only at their next reboot waits for it, as it does on AWS. */
  const setParameters = async (
    id: string,
    before: Properties,
    after: Properties,
    at: ResourceContext,
  ): Promise<void> => {
    const { removed, changed } = settingChanges(before, after, "Parameters");
    const entry = (name: string) => ({ ParameterName: name, ApplyMethod: "pending-reboot" });
    if (removed.length > 0)
      await call(at, `Reset${called}`, { [nameKey]: id, Parameters: removed.map(entry) });
    if (changed.length > 0)
      await call(at, `Modify${called}`, {
        [nameKey]: id,
        Parameters: changed.map(([name, ParameterValue]) => ({ ...entry(name), ParameterValue })),
      });
  };
  return defineType({
    type,
    required,
    replacedBy: [nameKey, "Description", "Family"],
    isTagged: true,
    async create(properties, at) {
      const { Family, Parameters: _, ...others } = properties;
      const id = String(properties[nameKey] ?? at.name(255, { lower: true })).toLowerCase();
      const input = { ...others, DBParameterGroupFamily: Family, [nameKey]: id };
      await call(at, `Create${called}`, withTags(input, at));
      at.made({ id });
      await setParameters(id, {}, properties, at);
      return { id, attributes: attributesOf(id, at) };
    },
    async update({ id, properties: before }, properties, at) {
      await setParameters(id, before, properties, at);
      await retagDatabase(arnType, id, before, properties, at);
      return { id, attributes: attributesOf(id, at) };
    },
    delete: ({ id }, at) => gone(call(at, `Delete${called}`, { [nameKey]: id })),
    attributes: async (id, _properties, at) => attributesOf(id, at),
    async read({ id, properties }, at) {
      const output = await found(call(at, `Describe${called}s`, { [nameKey]: id }));
      if (!output) return undefined;
      const [group] = output[`${called}s`] as [Properties];
      const { Parameters } = await call(at, `Describe${parameters}`, { [nameKey]: id, Source: "user" });
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
}
