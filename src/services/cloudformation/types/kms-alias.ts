import { found } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { text, unlessGone } from "../property.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html */
export default defineType({
  type: "AWS::KMS::Alias",
  replacedBy: ["AliasName"],
  required: ["AliasName", "TargetKeyId"],
  async create(properties, at) {
    const id = String(text(properties, "AliasName"));
    await at.call("kms", "CreateAlias", { AliasName: id, TargetKeyId: text(properties, "TargetKeyId") });
    return { id, attributes: {} };
  },
  async update(existing, properties, at) {
    await at.call("kms", "UpdateAlias", {
      AliasName: existing.id,
      TargetKeyId: text(properties, "TargetKeyId"),
    });
    return existing;
  },
  delete: ({ id }, at) => unlessGone(at.call("kms", "DeleteAlias", { AliasName: id }), "NotFoundException"),
  async read({ id, properties }, at) {
    const asked = at.call<{ KeyMetadata: { KeyId: string; Arn: string } }>("kms", "DescribeKey", {
      KeyId: id,
    });
    const output = await found(asked);
    if (!output) return undefined;
    const { KeyId, Arn } = output.KeyMetadata;
    return shown(properties, {
      AliasName: id,
      TargetKeyId: text(properties, "TargetKeyId") === Arn ? Arn : KeyId,
    });
  },
});
