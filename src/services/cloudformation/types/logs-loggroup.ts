import { isSame, listOf, retag } from "../mapping/changes.ts";
import { callsOf, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("logs");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
export default defineType({
  type: "AWS::Logs::LogGroup",
  replacedBy: ["LogGroupClass", "LogGroupName"],
  isTagged: true,
  async create(properties, at) {
    const all = withTags(withName(properties, ["LogGroupName", 512], at), at);
    await call(at, "CreateLogGroup", all);
    const id = String(all["LogGroupName"]);
    at.made({ id });
    const { KmsKeyId } = properties;
    await change(id, { KmsKeyId }, properties, at);
    return { id, attributes: { Arn: arnOf(id, at) } };
  },
  async update({ id, properties: before }, properties, at) {
    await change(id, before, properties, at);
    const resourceArn = arnOf(id, at).slice(0, -2);
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { resourceArn, tagKeys: TagKeys }),
      tag: (tags) => call(at, "TagResource", { resourceArn, tags }),
    });
    return { id, attributes: { Arn: arnOf(id, at) } };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteLogGroup", { logGroupName: id })),
  attributes: async (id, _properties, at) => ({ Arn: arnOf(id, at) }),
  async read({ id, properties }, at) {
    const { logGroups } = await call(at, "DescribeLogGroups", { logGroupNamePrefix: id });
    const all = listOf<Properties>({ logGroups }, "logGroups");
    return shown(
      properties,
      all.find(({ logGroupName }) => logGroupName === id),
    );
  },
});

function arnOf(id: string, { partition, region, account }: ResourceContext): string {
  return `arn:${partition}:logs:${region}:${account}:log-group:${id}:*`;
}

async function change(
  logGroupName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const { RetentionInDays, KmsKeyId, DeletionProtectionEnabled, FieldIndexPolicies } = properties;
  if (!isSame(before["RetentionInDays"], RetentionInDays)) {
    if (RetentionInDays === undefined) await call(at, "DeleteRetentionPolicy", { logGroupName });
    else await call(at, "PutRetentionPolicy", { logGroupName, RetentionInDays });
  }
  if (!isSame(before["KmsKeyId"], KmsKeyId)) {
    if (KmsKeyId === undefined) await call(at, "DisassociateKmsKey", { logGroupName });
    else await call(at, "AssociateKmsKey", { logGroupName, KmsKeyId });
  }
  if (!isSame(before["DeletionProtectionEnabled"], DeletionProtectionEnabled)) {
    await call(at, "PutLogGroupDeletionProtection", {
      logGroupIdentifier: logGroupName,
      deletionProtectionEnabled: DeletionProtectionEnabled ?? false,
    });
  }
  if (!isSame(before["FieldIndexPolicies"], FieldIndexPolicies)) {
    const [policyDocument] = listOf<Properties>(properties, "FieldIndexPolicies");
    const logGroupIdentifier = logGroupName;
    if (policyDocument) await call(at, "PutIndexPolicy", { logGroupIdentifier, policyDocument });
    else await gone(call(at, "DeleteIndexPolicy", { logGroupIdentifier }));
  }
}
