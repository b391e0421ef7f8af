import { inOwnOrder, listChanges, listOf } from "../mapping/changes.ts";
import { call, retagCache, tagged } from "../mapping/elasticache.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-usergroup.html */
export default defineType({
  type: "AWS::ElastiCache::UserGroup",
  required: ["Engine", "UserGroupId", "UserIds"],
  replacedBy: ["UserGroupId"],
  isTagged: true,
  async create(properties, at) {
    // Ids are kept in lower case.
    const id = String(properties["UserGroupId"]).toLowerCase();
    await call(at, "CreateUserGroup", withTags(properties, at));
    return { id, attributes: attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const { added, removed } = listChanges(listOf(before, "UserIds"), listOf(properties, "UserIds"));
    if (added.length + removed.length > 0)
      await call(at, "ModifyUserGroup", {
        UserGroupId: id,
        ...(added.length > 0 && { UserIdsToAdd: added }),
        ...(removed.length > 0 && { UserIdsToRemove: removed }),
      });
    await retagCache("usergroup", id, before, properties, at);
    return { id, attributes: attributesOf(id, at) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteUserGroup", { UserGroupId: id })),
  attributes: async (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeUserGroups", { UserGroupId: id }));
    const [group] = (output?.["UserGroups"] ?? []) as Properties[];
    if (!group) return undefined;
    const { UserGroupId: _, ...said } = group;
    const UserIds = inOwnOrder(properties, "UserIds", listOf(group, "UserIds"));
    return shown(properties, { ...said, UserIds });
  },
});

const attributesOf = (id: string, at: ResourceContext): Properties => ({
  Arn: tagged("usergroup", id, at).ResourceName,
  Status: "active",
});
