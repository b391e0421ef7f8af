import { found } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { document, flag, given, text, unlessGone } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const put = (properties: Values, at: ResourceContext) =>
  at.call("secretsmanager", "PutResourcePolicy", {
    SecretId: text(properties, "SecretId"),
    ResourcePolicy: document(properties, "ResourcePolicy"),
    ...given({ BlockPublicPolicy: flag(properties, "BlockPublicPolicy") }),
  });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-resourcepolicy.html */
export default defineType({
  type: "AWS::SecretsManager::ResourcePolicy",
  replacedBy: ["SecretId"],
  required: ["SecretId", "ResourcePolicy"],
  async create(properties, at) {
    await put(properties, at);
    const id = String(text(properties, "SecretId"));
    return { id, attributes: { Id: id } };
  },
  async update(existing, properties, at) {
    await put(properties, at);
    return existing;
  },
  delete: ({ id }, at) =>
    unlessGone(
      at.call("secretsmanager", "DeleteResourcePolicy", { SecretId: id }),
      "ResourceNotFoundException",
    ),
  async read({ id, properties }, at) {
    const asked = at.call<Values>("secretsmanager", "GetResourcePolicy", { SecretId: id });
    const output = await found(asked);
    return shown(properties, output?.["ResourcePolicy"] === undefined ? undefined : output);
  },
});
