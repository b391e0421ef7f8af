import { tagList } from "../../../aws/tags.ts";
import { callsOf, found, type Properties } from "../mapping/mapped.ts";
import {
  BUCKET_SETTINGS,
  type BucketSetting,
  notificationOf,
  settingOf,
} from "../mapping/s3-bucket-settings.ts";
import { shown } from "../mapping/shown.ts";
import { flag, tagsOf, text, unlessGone } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import { isSame, type Value, type Values } from "../sam/value.ts";

const call = callsOf("s3");

/** Brings a bucket's settings from what they were to what they are. */
async function configure(
  Bucket: string,
  before: Values,
  properties: Values,
  at: ResourceContext,
): Promise<void> {
  for (const setting of BUCKET_SETTINGS) {
    const { property, put, member, remove } = setting;
    if (isSame(before[property], properties[property])) continue;
    const value = settingOf(setting, properties);
    if (value !== undefined) await call(at, put, { Bucket, [member]: value });
    else if (remove !== undefined) await call(at, remove, { Bucket });
  }
  if (!isSame(before["NotificationConfiguration"], properties["NotificationConfiguration"]))
    await call(at, "PutBucketNotificationConfiguration", {
      Bucket,
      NotificationConfiguration: notificationOf(properties["NotificationConfiguration"]),
    });
  await call(at, "PutBucketTagging", {
    Bucket,
    Tagging: { TagSet: tagList(tagsOf(properties, at.stackTags)) },
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export default defineType({
  type: "AWS::S3::Bucket",
  replacedBy: ["BucketName"],
  isTagged: true,
  async create(properties, at) {
    const id = text(properties, "BucketName") ?? at.name(63, { lower: true });
    await call(at, "CreateBucket", {
      Bucket: id,
      ...(at.region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint: at.region } }),
      ...(flag(properties, "ObjectLockEnabled") && { ObjectLockEnabledForBucket: true }),
    });
    at.made({ id });
    await configure(id, {}, properties, at);
    return { id, attributes: attributesOf(id, at) };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    await configure(id, before, properties, at);
    return { id, attributes };
  },
  delete: ({ id }, at) => unlessGone(call(at, "DeleteBucket", { Bucket: id }), "NoSuchBucket"),
  attributes: async (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const { Buckets = [] } = (await call(at, "ListBuckets", {})) as { Buckets?: { Name: string }[] };
    if (!Buckets.some(({ Name }) => Name === id)) return undefined;
    const settings: Values = {};
    for (const setting of BUCKET_SETTINGS)
      if (properties[setting.property] !== undefined)
        Object.assign(settings, await settingAsItIs(id, setting, properties, at));
    return { ...properties, ...settings, BucketName: id };
  },
});

/** A setting as its property says it, when that is what S3 says; else in S3's own words. */
async function settingAsItIs(
  Bucket: string,
  setting: BucketSetting,
  properties: Values,
  at: ResourceContext,
): Promise<Values> {
  const { property, put, member } = setting;
  const output = await found(call(at, put.replace(/^Put/, "Get"), { Bucket }));
  const actual = (output?.[member] ?? output) as Properties | undefined;
  const wanted = settingOf(setting, properties) as Values;
  const shownAs = shown(wanted, actual);
  if (!shownAs) return { [property]: {} };
  return { [property]: isSame(shownAs, wanted) ? (properties[property] as Value) : shownAs };
}

function attributesOf(name: string, { partition, region }: ResourceContext) {
  const ending = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    Arn: `arn:${partition}:s3:::${name}`,
    DomainName: `${name}.s3.${ending}`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.${ending}`,
    RegionalDomainName: `${name}.s3.${region}.${ending}`,
    WebsiteURL: `http://${name}.s3-website-${region}.${ending}`,
  };
}
