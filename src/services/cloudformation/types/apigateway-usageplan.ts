import { call, changeTags, patch, patchesOf } from "../mapping/apigateway-patches.ts";
import { listChanges, listOf } from "../mapping/changes.ts";
import { found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplan.html */
export default defineType({
  type: "AWS::ApiGateway::UsagePlan",
  replacedBy: [],
  isTagged: true,
  async create(properties, at) {
    const named = withTags(withName(properties, ["UsagePlanName", 255], at), at);
    const made = await call(at, "CreateUsagePlan", { ...named, name: named["UsagePlanName"] });
    const id = String(made["id"]);
    return { id, attributes: { Id: id } };
  },
  async update({ id, properties: before }, properties, at) {
    const named = (from: Properties) => ({ ...from, Name: from["UsagePlanName"] });
    const part = (from: Properties, name: string) => (from[name] ?? {}) as Properties;
    const stages = listChanges(stagesOf(before), stagesOf(properties));
    await patch(at, "UpdateUsagePlan", { usagePlanId: id }, [
      ...patchesOf(named(before), named(properties), {
        ...(properties["UsagePlanName"] === undefined ? {} : { Name: "whole" }),
        Description: "whole",
      }),
      ...limits(part(before, "Throttle"), part(properties, "Throttle"), "/throttle", [
        "RateLimit",
        "BurstLimit",
      ]),
      ...limits(part(before, "Quota"), part(properties, "Quota"), "/quota", ["Limit", "Period", "Offset"]),
      ...stages.removed.map((value) => ({ op: "remove", path: "/apiStages", value }) as const),
      ...stages.added.map((value) => ({ op: "add", path: "/apiStages", value }) as const),
    ]);
    await changeTags(`/usageplans/${id}`, before, properties, at);
    return { id, attributes: { Id: id } };
  },
  async delete({ id, properties }, at) {
    const patches = stagesOf(properties).map(
      (value) => ({ op: "remove", path: "/apiStages", value }) as const,
    );
    await gone(patch(at, "UpdateUsagePlan", { usagePlanId: id }, patches));
    await gone(call(at, "DeleteUsagePlan", { usagePlanId: id }));
  },
  read: async ({ id, properties }, at) =>
    shown(properties, await found(call(at, "GetUsagePlan", { usagePlanId: id }))),
});

function stagesOf(properties: Properties): string[] {
  return listOf<Properties>(properties, "ApiStages").map(({ ApiId, Stage }) => `${ApiId}:${Stage}`);
}

/** A limit that is no longer there is removed as a whole. */
function limits(before: Properties, properties: Properties, path: string, names: readonly string[]) {
  if (Object.keys(properties).length === 0) {
    return Object.keys(before).length === 0 ? [] : [{ op: "remove", path } as const];
  }
  const spec = Object.fromEntries(names.map((name) => [name, "whole" as const]));
  return patchesOf(before, properties, spec, path).filter(({ value }) => value !== "");
}
