import { callsOf, gone, mapped } from "../mapping/mapped.ts";
import { text } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const call = callsOf("ecr");

const repository = mapped({
  type: "AWS::ECR::Repository",
  service: "ecr",
  replacedBy: ["EncryptionConfiguration", "RepositoryName"],
  create: "CreateRepository",
  delete: "DeleteRepository",
  read: "DescribeRepositories",
  idOf: (_output, { RepositoryName }) => RepositoryName,
  keyOf: (id) => ({ repositoryName: id, repositoryNames: [id] }),
  attributesOf: (_output, _properties, id, { partition, region, account }) => ({
    Arn: `arn:${partition}:ecr:${region}:${account}:repository/${id}`,
    RepositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${id}`,
  }),
  describedIn: ({ repositories }) => (repositories as unknown[])[0],
  tags: ["TagResource", "UntagResource", (_id, { Arn }) => ({ resourceArn: Arn })],
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html */
export default defineType({
  ...repository,
  async create(properties, at) {
    const RepositoryName = properties["RepositoryName"] ?? at.name(256, { lower: true });
    const made = await repository.create({ ...properties, RepositoryName }, at);
    await putSettings(made.id, {}, properties, at);
    return made;
  },
  async update(existing, properties, at) {
    const made = await repository.update?.(existing, properties, at);
    await putSettings(existing.id, existing.properties, properties, at);
    return made;
  },
});

/** What is set by operations of its own; what the template no longer says goes, or is as it was at first. */
async function putSettings(id: string, before: Values, after: Values, at: ResourceContext): Promise<void> {
  const key = { repositoryName: id };
  const policyText = text(after, "RepositoryPolicyText");
  if (policyText !== undefined) await call(at, "SetRepositoryPolicy", { ...key, policyText });
  else if (before["RepositoryPolicyText"] !== undefined) await gone(call(at, "DeleteRepositoryPolicy", key));
  const lifecycle = after["LifecyclePolicy"] as Values | undefined;
  if (lifecycle?.["LifecyclePolicyText"] !== undefined) {
    const lifecyclePolicyText = text(lifecycle, "LifecyclePolicyText");
    await call(at, "PutLifecyclePolicy", { ...key, lifecyclePolicyText });
  } else if (before["LifecyclePolicy"] !== undefined) await gone(call(at, "DeleteLifecyclePolicy", key));
  for (const [name, operation, otherwise] of [
    ["ImageScanningConfiguration", "PutImageScanningConfiguration", { ScanOnPush: false }],
    ["ImageTagMutability", "PutImageTagMutability", "MUTABLE"],
  ] as const) {
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    await call(at, operation, { ...key, [name]: after[name] ?? otherwise });
  }
}
