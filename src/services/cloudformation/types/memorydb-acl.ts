import { inOwnOrder, listChanges, listOf } from "../mapping/changes.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { arnOf, call, nameIn, retagByArn } from "../mapping/memorydb.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-memorydb-acl.html */
export default defineType({
  type: "AWS::MemoryDB::ACL",
  required: ["ACLName"],
  replacedBy: ["ACLName"],
  isTagged: true,
  async create(properties, at) {
    const id = nameIn(properties, "ACLName");
    await call(at, "CreateACL", withTags(properties, at));
    return { id, attributes: attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const { added, removed } = listChanges(listOf(before, "UserNames"), listOf(properties, "UserNames"));
    if (added.length + removed.length > 0)
      await call(at, "UpdateACL", {
        ACLName: id,
        ...(added.length > 0 && { UserNamesToAdd: added }),
        ...(removed.length > 0 && { UserNamesToRemove: removed }),
      });
    await retagByArn(arnOf("acl", id, at), before, properties, at);
    return { id, attributes: attributesOf(id, at) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteACL", { ACLName: id })),
  attributes: async (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeACLs", { ACLName: id }));
    const [acl] = (output?.["ACLs"] ?? []) as Properties[];
    const names = listOf(acl ?? {}, "UserNames");
    return shown(properties, acl && { ...acl, UserNames: inOwnOrder(properties, "UserNames", names) });
  },
});

const attributesOf = (id: string, at: ResourceContext): Properties => ({
  Arn: arnOf("acl", id, at),
  Status: "active",
});
