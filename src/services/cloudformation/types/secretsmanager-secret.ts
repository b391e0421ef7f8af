import { tagList } from "../../../aws/tags.ts";
import { readJson } from "../../../core/read-json.ts";
import { retag } from "../mapping/changes.ts";
import { found } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { document, given, map, pick, tagsOf, text, unlessGone } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

/** The value: as it is given, or generated; `SecretStringTemplate` gets it under `GenerateStringKey`. */
async function secretString(properties: Values, at: ResourceContext): Promise<string | undefined> {
  const generated = map(properties, "GenerateSecretString");
  if (!generated) return text(properties, "SecretString");
  const { GenerateStringKey, SecretStringTemplate, ...rules } = generated;
  const { RandomPassword } = await at.call<{ RandomPassword: string }>(
    "secretsmanager",
    "GetRandomPassword",
    {
      ...rules,
      ...given({
        PasswordLength: rules["PasswordLength"] === undefined ? undefined : Number(rules["PasswordLength"]),
      }),
    },
  );
  if (GenerateStringKey === undefined) return RandomPassword;
  const template = readJson(String(SecretStringTemplate ?? "{}")) as Record<string, unknown>;
  return JSON.stringify({ ...template, [String(GenerateStringKey)]: RandomPassword });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html */
export default defineType({
  type: "AWS::SecretsManager::Secret",
  replacedBy: ["Name"],
  isTagged: true,
  async create(properties, at) {
    const { ARN } = await at.call<{ ARN: string }>("secretsmanager", "CreateSecret", {
      Name: text(properties, "Name") ?? at.name(512),
      ...pick(properties, "Description", "KmsKeyId"),
      ...given({ SecretString: await secretString(properties, at) }),
      Tags: tagList(tagsOf(properties, at.stackTags)),
    });
    return { id: ARN, attributes: { Id: ARN } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const isSame = (name: string) => document(before, name) === document(properties, name);
    const isNewValue = !isSame("SecretString") || !isSame("GenerateSecretString");
    await at.call("secretsmanager", "UpdateSecret", {
      SecretId: id,
      ...pick(properties, "Description", "KmsKeyId"),
      ...given({ SecretString: isNewValue ? await secretString(properties, at) : undefined }),
    });
    await retag(before, properties, at, {
      untag: (TagKeys) => at.call("secretsmanager", "UntagResource", { SecretId: id, TagKeys }),
      tag: (tags) => at.call("secretsmanager", "TagResource", { SecretId: id, Tags: tagList(tags) }),
    });
    return { id, attributes };
  },
  attributes: async (id) => ({ Id: id }),
  delete: ({ id }, at) =>
    unlessGone(
      at.call("secretsmanager", "DeleteSecret", { SecretId: id, ForceDeleteWithoutRecovery: true }),
      "ResourceNotFoundException",
    ),
  // Its value nobody is shown.
  async read({ id, properties }, at) {
    const secret = await found(at.call<Values>("secretsmanager", "DescribeSecret", { SecretId: id }));
    return shown(properties, secret);
  },
});
