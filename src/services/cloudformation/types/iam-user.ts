import { isSame, listChanges, listOf } from "../mapping/changes.ts";
import { call, changePrincipal, deletePrincipal, describe } from "../mapping/iam-principal.ts";
import { gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html */
export default defineType({
  type: "AWS::IAM::User",
  replacedBy: ["UserName"],
  isTagged: true,
  async create(properties, at) {
    const all = withTags(withName(properties, ["UserName", 64], at), at);
    const { User } = await call(at, "CreateUser", all);
    const id = String(all["UserName"]);
    at.made({ id });
    const { Tags, PermissionsBoundary } = properties;
    await change(id, { Tags, PermissionsBoundary }, properties, at);
    return { id, attributes: { Arn: (User as Properties)["Arn"] } };
  },
  async update({ id, properties: before }, properties, at) {
    if (!isSame(before["Path"], properties["Path"])) {
      await call(at, "UpdateUser", { UserName: id, NewPath: properties["Path"] ?? "/" });
    }
    await change(id, before, properties, at);
    return { id, attributes: { Arn: (await describe("User", id, at))?.["Arn"] } };
  },
  async delete({ id, properties }, at) {
    for (const GroupName of listOf(properties, "Groups")) {
      await gone(call(at, "RemoveUserFromGroup", { UserName: id, GroupName }));
    }
    if (properties["LoginProfile"]) await gone(call(at, "DeleteLoginProfile", { UserName: id }));
    await deletePrincipal("User", id, at);
  },
  read: async ({ id, properties }, at) => shown(properties, await describe("User", id, at)),
});

async function change(
  UserName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  await changePrincipal("User", UserName, before, properties, at);
  const groups = listChanges(listOf(before, "Groups"), listOf(properties, "Groups"));
  for (const GroupName of groups.added) await call(at, "AddUserToGroup", { UserName, GroupName });
  for (const GroupName of groups.removed)
    await gone(call(at, "RemoveUserFromGroup", { UserName, GroupName }));
  const profile = properties["LoginProfile"] as Properties | undefined;
  if (isSame(before["LoginProfile"], profile)) return;
  if (!profile) await gone(call(at, "DeleteLoginProfile", { UserName }));
  else {
    const operation = before["LoginProfile"] ? "UpdateLoginProfile" : "CreateLoginProfile";
    await call(at, operation, { UserName, ...profile });
  }
}
