import { makeArn } from "../../../core/arn.ts";
import { isSame, retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const control = callsOf("s3control");
const call = (at: ResourceContext, operation: string, properties: Properties) =>
  control(at, operation, { ...properties, AccountId: at.account });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-accesspoint.html */
export default defineType({
  type: "AWS::S3::AccessPoint",
  replacedBy: ["Bucket", "BucketAccountId", "Name", "VpcConfiguration"],
  required: ["Bucket"],
  isTagged: true,
  async create(properties, at) {
    const named = { Name: at.name(50, { lower: true }), ...properties };
    await call(at, "CreateAccessPoint", withTags(named, at));
    const id = String(named.Name);
    at.made({ id });
    await setPolicy(id, {}, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    await setPolicy(id, before, properties, at);
    const ResourceArn = arnOf(id, at);
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { ResourceArn, TagKeys }),
      tag: (Tags) => call(at, "TagResource", { ResourceArn, Tags }),
    });
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteAccessPoint", { Name: id })),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const point = await found(call(at, "GetAccessPoint", { Name: id }));
    if (!point) return undefined;
    const policy = await found(call(at, "GetAccessPointPolicy", { Name: id }));
    const { Tags } = await call(at, "ListTagsForResource", { ResourceArn: arnOf(id, at) });
    return shown(properties, { ...point, ...policy, Tags });
  },
});

const arnOf = (id: string, { region, account }: ResourceContext): string =>
  makeArn("s3", region, account, `accesspoint/${id}`);

async function setPolicy(
  Name: string,
  before: Properties,
  { Policy }: Properties,
  at: ResourceContext,
): Promise<void> {
  if (isSame(before["Policy"], Policy)) return;
  if (Policy === undefined) await call(at, "DeleteAccessPointPolicy", { Name });
  else await call(at, "PutAccessPointPolicy", { Name, Policy });
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const { AccessPointArn, Alias, NetworkOrigin } = await call(at, "GetAccessPoint", { Name: id });
  return { Arn: AccessPointArn, Alias, Name: id, NetworkOrigin };
}
