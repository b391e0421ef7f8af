import { tagList } from "../../../aws/tags.ts";
import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** Where the private key of a pair is kept that is made here. */
const parameterOf = (pairId: unknown): string => `/ec2/keypair/${pairId}`;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-keypair.html */
export default defineType({
  type: "AWS::EC2::KeyPair",
  replacedBy: ["KeyFormat", "KeyName", "KeyType", "PublicKeyMaterial", "Tags"],
  required: ["KeyName"],
  async create(properties, at) {
    const id = String(properties["KeyName"]);
    const { Tags, ...others } = withTags(properties, at);
    const TagSpecifications = Tags
      ? [{ ResourceType: "key-pair", Tags: tagList(Tags as Record<string, string>) }]
      : [];
    const isImported = properties["PublicKeyMaterial"] !== undefined;
    const pair = await call(at, isImported ? "ImportKeyPair" : "CreateKeyPair", {
      ...others,
      TagSpecifications,
      ...(isImported && { PublicKeyMaterial: Buffer.from(String(properties["PublicKeyMaterial"])) }),
    });
    const { KeyPairId, KeyFingerprint, KeyMaterial } = pair;
    at.made({ id, attributes: { KeyPairId, KeyFingerprint } });
    if (!isImported)
      await at.call("ssm", "PutParameter", {
        Name: parameterOf(KeyPairId),
        Type: "SecureString",
        Value: KeyMaterial,
      });
    return { id, attributes: { KeyPairId, KeyFingerprint } };
  },
  async delete({ id }, at) {
    const pair = await described(id, at);
    if (!pair) return;
    await gone(call(at, "DeleteKeyPair", { KeyName: id }));
    await gone(at.call("ssm", "DeleteParameter", { Name: parameterOf(pair["KeyPairId"]) }));
  },
  async attributes(id, _properties, at) {
    const { KeyPairId, KeyFingerprint } = (await described(id, at)) ?? {};
    return { KeyPairId, KeyFingerprint };
  },
  read: async ({ id, properties }, at) => shown(properties, await described(id, at)),
});

async function described(name: string, at: ResourceContext): Promise<Properties | undefined> {
  const output = await found(call(at, "DescribeKeyPairs", { KeyNames: [name] }));
  return (output?.["KeyPairs"] as Properties[] | undefined)?.[0];
}
