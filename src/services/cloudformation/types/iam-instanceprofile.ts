import { listChanges, listOf } from "../mapping/changes.ts";
import { call } from "../mapping/iam-principal.ts";
import { found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html */
export default defineType({
  type: "AWS::IAM::InstanceProfile",
  replacedBy: ["InstanceProfileName", "Path"],
  required: ["Roles"],
  async create(properties, at) {
    const all = withTags(withName(properties, ["InstanceProfileName", 128], at), at);
    const { InstanceProfile } = await call(at, "CreateInstanceProfile", all);
    const id = String(all["InstanceProfileName"]);
    at.made({ id });
    await changeRoles(id, {}, properties, at);
    return { id, attributes: { Arn: (InstanceProfile as Properties)["Arn"] } };
  },
  async update({ id, properties: before }, properties, at) {
    await changeRoles(id, before, properties, at);
    const { InstanceProfile } = await call(at, "GetInstanceProfile", { InstanceProfileName: id });
    return { id, attributes: { Arn: (InstanceProfile as Properties)["Arn"] } };
  },
  async delete({ id, properties }, at) {
    await changeRoles(id, properties, {}, at);
    await gone(call(at, "DeleteInstanceProfile", { InstanceProfileName: id }));
  },
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetInstanceProfile", { InstanceProfileName: id }));
    const profile = output?.["InstanceProfile"] as Properties | undefined;
    const roles = listOf<Properties>(profile ?? {}, "Roles").map(({ RoleName }) => RoleName);
    return shown(properties, profile && { ...profile, Roles: roles });
  },
});

/** A profile has one role at most: the old one goes first. */
async function changeRoles(
  id: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const { added, removed } = listChanges(listOf(before, "Roles"), listOf(properties, "Roles"));
  const key = { InstanceProfileName: id };
  for (const RoleName of removed) await gone(call(at, "RemoveRoleFromInstanceProfile", { ...key, RoleName }));
  for (const RoleName of added) await call(at, "AddRoleToInstanceProfile", { ...key, RoleName });
}
