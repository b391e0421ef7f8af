import { retag } from "../mapping/changes.ts";
import { callsOf, found, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { document, flag, given, number, pick, tagsOf, unlessGone } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const call = callsOf("kms");

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

async function settings(
  KeyId: string,
  before: Values,
  properties: Values,
  at: ResourceContext,
): Promise<void> {
  const rotates = flag(properties, "EnableKeyRotation") ?? false;
  if (rotates !== (flag(before, "EnableKeyRotation") ?? false))
    await at.call("kms", rotates ? "EnableKeyRotation" : "DisableKeyRotation", {
      KeyId,
      ...(rotates && given({ RotationPeriodInDays: number(properties, "RotationPeriodInDays") })),
    });
  const isOn = flag(properties, "Enabled") ?? true;
  if (isOn !== (flag(before, "Enabled") ?? true))
    await at.call("kms", isOn ? "EnableKey" : "DisableKey", { KeyId });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
export default defineType({
  type: "AWS::KMS::Key",
  replacedBy: ["KeySpec", "KeyUsage", "MultiRegion", "Origin"],
  isTagged: true,
  async create(properties, at) {
    const { KeyMetadata } = await at.call<{ KeyMetadata: { KeyId: string; Arn: string } }>(
      "kms",
      "CreateKey",
      {
        ...pick(properties, "Description", "KeySpec", "KeyUsage", "Origin"),
        ...given({
          MultiRegion: flag(properties, "MultiRegion"),
          Policy: document(properties, "KeyPolicy"),
          BypassPolicyLockoutSafetyCheck: flag(properties, "BypassPolicyLockoutSafetyCheck"),
        }),
        Tags: tagList(tagsOf(properties, at.stackTags)),
      },
    );
    const { KeyId, Arn } = KeyMetadata;
    at.made({ id: KeyId });
    await settings(KeyId, {}, properties, at);
    return { id: KeyId, attributes: { Arn, KeyId } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const policy = document(properties, "KeyPolicy");
    if (policy !== undefined && policy !== document(before, "KeyPolicy"))
      await at.call("kms", "PutKeyPolicy", { KeyId: id, PolicyName: "default", Policy: policy });
    if (before["Description"] !== properties["Description"])
      await at.call("kms", "UpdateKeyDescription", {
        KeyId: id,
        Description: properties["Description"] ?? "",
      });
    await settings(id, before, properties, at);
    await retag(before, properties, at, {
      untag: (TagKeys) => at.call("kms", "UntagResource", { KeyId: id, TagKeys }),
      tag: (tags) => at.call("kms", "TagResource", { KeyId: id, Tags: tagList(tags) }),
    });
    return { id, attributes };
  },
  attributes: async (id, _properties, { partition, region, account }) => ({
    Arn: `arn:${partition}:kms:${region}:${account}:key/${id}`,
    KeyId: id,
  }),
  delete: ({ id, properties }, at) =>
    unlessGone(
      at.call("kms", "ScheduleKeyDeletion", {
        KeyId: id,
        PendingWindowInDays: number(properties, "PendingWindowInDays") ?? 30,
      }),
      "NotFoundException",
      // It is to be deleted already.
      "KMSInvalidStateException",
    ),
  async read({ id, properties }, at) {
    const described = await found(call(at, "DescribeKey", { KeyId: id }));
    const key = described?.["KeyMetadata"] as Properties | undefined;
    // What is to be deleted is there for nobody.
    if (!key || key["KeyState"] === "PendingDeletion") return undefined;
    const { Policy } = await call(at, "GetKeyPolicy", { KeyId: id, PolicyName: "default" });
    const { Tags } = await call(at, "ListResourceTags", { KeyId: id });
    const rotation =
      properties["EnableKeyRotation"] === undefined
        ? {}
        : await call(at, "GetKeyRotationStatus", { KeyId: id });
    return shown(properties, {
      ...key,
      KeyPolicy: Policy,
      ...(rotation["KeyRotationEnabled"] !== undefined && {
        EnableKeyRotation: rotation["KeyRotationEnabled"],
      }),
      Tags: (Tags as Properties[]).map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })),
    });
  },
});
