import { isSame } from "../mapping/changes.ts";
import { call, changePrincipal, deletePrincipal, describe } from "../mapping/iam-principal.ts";
import { type Properties, withName } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html */
export default defineType({
  type: "AWS::IAM::Group",
  replacedBy: ["GroupName"],
  async create(properties, at) {
    const all = withName(properties, ["GroupName", 128], at);
    const { Group } = await call(at, "CreateGroup", all);
    const id = String(all["GroupName"]);
    at.made({ id });
    await changePrincipal("Group", id, {}, properties, at);
    return { id, attributes: { Arn: (Group as Properties)["Arn"] } };
  },
  async update({ id, properties: before }, properties, at) {
    if (!isSame(before["Path"], properties["Path"])) {
      await call(at, "UpdateGroup", { GroupName: id, NewPath: properties["Path"] ?? "/" });
    }
    await changePrincipal("Group", id, before, properties, at);
    return { id, attributes: { Arn: (await describe("Group", id, at))?.["Arn"] } };
  },
  delete: ({ id }, at) => deletePrincipal("Group", id, at),
  read: async ({ id, properties }, at) => shown(properties, await describe("Group", id, at)),
});
