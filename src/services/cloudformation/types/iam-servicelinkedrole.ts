import { call, describe } from "../mapping/iam-principal.ts";
import { gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-servicelinkedrole.html */
export default defineType({
  type: "AWS::IAM::ServiceLinkedRole",
  replacedBy: ["AWSServiceName", "CustomSuffix"],
  required: ["AWSServiceName"],
  async create(properties, at) {
    const { Role } = await call(at, "CreateServiceLinkedRole", properties);
    const id = String((Role as Properties)["RoleName"]);
    return { id, attributes: { RoleName: id } };
  },
  async update({ id }, properties, at) {
    await call(at, "UpdateRole", { RoleName: id, Description: properties["Description"] ?? "" });
    return { id, attributes: { RoleName: id } };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteServiceLinkedRole", { RoleName: id })),
  read: async ({ id, properties }, at) => shown(properties, await describe("Role", id, at)),
});
