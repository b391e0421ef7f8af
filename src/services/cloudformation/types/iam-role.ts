import { call, changePrincipal, deletePrincipal, describe } from "../mapping/iam-principal.ts";
import { withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
export default defineType({
  type: "AWS::IAM::Role",
  replacedBy: ["Path", "RoleName"],
  required: ["AssumeRolePolicyDocument"],
  isTagged: true,
  async create(properties, at) {
    const all = withTags(withName(properties, ["RoleName", 64], at), at);
    // A role that a stack makes has a description, if an empty one (recorded).
    const { Role } = await call(at, "CreateRole", { Description: "", ...all });
    const id = String(all["RoleName"]);
    at.made({ id });
    const { Tags, PermissionsBoundary } = properties;
    await changePrincipal("Role", id, { Tags, PermissionsBoundary }, properties, at);
    return { id, attributes: attributesOf(Role) };
  },
  attributes: async (id, _properties, at) => attributesOf(await describe("Role", id, at)),
  async update({ id, properties: before }, properties, at) {
    await call(at, "UpdateAssumeRolePolicy", {
      RoleName: id,
      PolicyDocument: properties["AssumeRolePolicyDocument"],
    });
    await call(at, "UpdateRole", {
      RoleName: id,
      Description: properties["Description"] ?? "",
      MaxSessionDuration: properties["MaxSessionDuration"] ?? 3600,
    });
    await changePrincipal("Role", id, before, properties, at);
    return { id, attributes: attributesOf(await describe("Role", id, at)) };
  },
  delete: ({ id }, at) => deletePrincipal("Role", id, at),
  read: async ({ id, properties }, at) => shown(properties, await describe("Role", id, at)),
});

function attributesOf(role: unknown) {
  const { Arn, RoleId } = role as { Arn: string; RoleId: string };
  return { Arn, RoleId };
}
