import { isSame, listChanges, listOf, retag } from "../mapping/changes.ts";
import { call } from "../mapping/iam-principal.ts";
import { found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const KINDS = ["Role", "User", "Group"] as const;

/** A policy has at most five versions. */
const MOST_VERSIONS = 5;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html */
export default defineType({
  type: "AWS::IAM::ManagedPolicy",
  replacedBy: ["Description", "ManagedPolicyName", "Path"],
  required: ["PolicyDocument"],
  isTagged: true,
  async create(properties, at) {
    const named = withTags(withName(properties, ["ManagedPolicyName", 128], at), at);
    const { Policy } = await call(at, "CreatePolicy", {
      ...named,
      PolicyName: named["ManagedPolicyName"],
    });
    const id = String((Policy as Properties)["Arn"]);
    at.made({ id });
    await attach(id, {}, properties, at);
    return { id, attributes: attributesOf(Policy) };
  },
  async update({ id, properties: before }, properties, at) {
    if (!isSame(before["PolicyDocument"], properties["PolicyDocument"])) {
      await makeRoom(id, at);
      const { PolicyDocument } = properties;
      await call(at, "CreatePolicyVersion", { PolicyArn: id, PolicyDocument, SetAsDefault: true });
    }
    await attach(id, before, properties, at);
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagPolicy", { PolicyArn: id, TagKeys }),
      tag: (tags) => call(at, "TagPolicy", { PolicyArn: id, Tags: tags }),
    });
    return { id, attributes: attributesOf((await call(at, "GetPolicy", { PolicyArn: id }))["Policy"]) };
  },
  async delete({ id, properties }, at) {
    await attach(id, properties, {}, at);
    const versions = await found(call(at, "ListPolicyVersions", { PolicyArn: id }));
    for (const { VersionId, IsDefaultVersion } of (versions?.["Versions"] ?? []) as Properties[]) {
      if (!IsDefaultVersion) await gone(call(at, "DeletePolicyVersion", { PolicyArn: id, VersionId }));
    }
    await gone(call(at, "DeletePolicy", { PolicyArn: id }));
  },
  async read({ id, properties }, at) {
    const output = await found(call(at, "GetPolicy", { PolicyArn: id }));
    return shown(properties, output?.["Policy"] as Properties | undefined);
  },
});

function attributesOf(policy: unknown): Properties {
  const {
    Arn: PolicyArn,
    Tags: _,
    PolicyName: __,
    Path: ___,
    Description: ____,
    ...attributes
  } = policy as Properties;
  return { ...attributes, PolicyArn };
}

async function attach(
  PolicyArn: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  for (const kind of KINDS) {
    const { added, removed } = listChanges(listOf(before, `${kind}s`), listOf(properties, `${kind}s`));
    for (const name of added) await call(at, `Attach${kind}Policy`, { [`${kind}Name`]: name, PolicyArn });
    for (const name of removed) {
      await gone(call(at, `Detach${kind}Policy`, { [`${kind}Name`]: name, PolicyArn }));
    }
  }
}

/** The oldest version goes for a new one. */
async function makeRoom(PolicyArn: string, at: ResourceContext): Promise<void> {
  const { Versions } = (await call(at, "ListPolicyVersions", { PolicyArn })) as { Versions: Properties[] };
  if (Versions.length < MOST_VERSIONS) return;
  const oldest = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).at(-1);
  if (oldest) await call(at, "DeletePolicyVersion", { PolicyArn, VersionId: oldest["VersionId"] });
}
