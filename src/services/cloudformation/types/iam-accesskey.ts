import { call } from "../mapping/iam-principal.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html */
export default defineType({
  type: "AWS::IAM::AccessKey",
  replacedBy: ["Serial", "UserName"],
  required: ["UserName"],
  async create(properties, at) {
    const { UserName, Status } = properties;
    const { AccessKey } = await call(at, "CreateAccessKey", { UserName });
    const { AccessKeyId, SecretAccessKey } = AccessKey as Properties;
    const key = { id: String(AccessKeyId), attributes: { SecretAccessKey } };
    at.made(key);
    if (Status !== undefined) await call(at, "UpdateAccessKey", { UserName, AccessKeyId, Status });
    return key;
  },
  async update({ id, attributes }, properties, at) {
    const { UserName, Status = "Active" } = properties;
    await call(at, "UpdateAccessKey", { UserName, AccessKeyId: id, Status });
    // The secret is told once only: what the stack knows of it stays.
    return { id, attributes };
  },
  delete: ({ id, properties }, at) =>
    gone(call(at, "DeleteAccessKey", { UserName: properties["UserName"], AccessKeyId: id })),
  async read({ id, properties }, at) {
    const output = await found(call(at, "ListAccessKeys", { UserName: properties["UserName"] }));
    const keys = (output?.["AccessKeyMetadata"] ?? []) as Properties[];
    return shown(
      properties,
      keys.find(({ AccessKeyId }) => AccessKeyId === id),
    );
  },
});
