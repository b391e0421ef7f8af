import { listChanges, listOf } from "../mapping/changes.ts";
import { call } from "../mapping/iam-principal.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-usertogroupaddition.html */
export default defineType({
  type: "AWS::IAM::UserToGroupAddition",
  replacedBy: ["GroupName"],
  required: ["GroupName", "Users"],
  async create(properties, at) {
    const { GroupName } = properties;
    for (const UserName of listOf(properties, "Users"))
      await call(at, "AddUserToGroup", { GroupName, UserName });
    return { id: at.name(128) };
  },
  async update({ id, properties: before }, properties, at) {
    const { GroupName } = properties;
    const { added, removed } = listChanges(listOf(before, "Users"), listOf(properties, "Users"));
    for (const UserName of added) await call(at, "AddUserToGroup", { GroupName, UserName });
    for (const UserName of removed) await gone(call(at, "RemoveUserFromGroup", { GroupName, UserName }));
    return { id };
  },
  async delete({ properties }, at) {
    const { GroupName } = properties;
    for (const UserName of listOf(properties, "Users")) {
      await gone(call(at, "RemoveUserFromGroup", { GroupName, UserName }));
    }
  },
  async read({ properties }, at) {
    const group = await found(call(at, "GetGroup", { GroupName: properties["GroupName"] }));
    const members = ((group?.["Users"] ?? []) as Properties[]).map(({ UserName }) => UserName);
    const users = listOf(properties, "Users").filter((user) => members.includes(user));
    return shown(properties, users.length > 0 ? { Users: users } : undefined);
  },
});
