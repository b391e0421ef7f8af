import { AwsError } from "../../../core/aws-error.ts";
import { listOf } from "../mapping/changes.ts";
import { call, type Principal } from "../mapping/iam-principal.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const OF: Readonly<Record<string, Principal>> = { Roles: "Role", Users: "User", Groups: "Group" };

/** An inline policy of several roles, users and groups. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html */
export default defineType({
  type: "AWS::IAM::Policy",
  replacedBy: [],
  required: ["PolicyDocument", "PolicyName"],
  async create(properties, at) {
    const id = at.name(128);
    at.made({ id });
    await put(properties, at);
    return { id, attributes: {} };
  },
  async update({ id, properties: before }, properties, at) {
    await put(properties, at);
    const kept = new Set(keysOf(properties).map((key) => JSON.stringify(key)));
    for (const key of keysOf(before)) if (!kept.has(JSON.stringify(key))) await remove(key, at);
    return { id, attributes: {} };
  },
  async delete({ properties }, at) {
    for (const key of someOf(properties)) await remove(key, at);
  },
  async read({ properties }, at) {
    const [first] = keysOf(properties);
    if (!first) return undefined;
    return shown(properties, await found(call(at, `Get${first.kind}Policy`, first.input)));
  },
});

interface Key {
  readonly kind: Principal;
  readonly input: Properties;
}

function keysOf(properties: Properties): Key[] {
  const { PolicyName } = properties;
  return Object.entries(OF).flatMap(([property, kind]) =>
    listOf(properties, property).map((name) => ({ kind, input: { [`${kind}Name`]: name, PolicyName } })),
  );
}

/** A policy of nobody is neither made nor deleted: a stack that asks for it stays until it is told to retain it (recorded). */
function someOf(properties: Properties): Key[] {
  const keys = keysOf(properties);
  if (keys.length === 0)
    throw new AwsError("ValidationError", "At least one of [Groups,Roles,Users] must be non-empty.");
  return keys;
}

async function put(properties: Properties, at: ResourceContext): Promise<void> {
  const { PolicyDocument } = properties;
  for (const { kind, input } of someOf(properties)) {
    await call(at, `Put${kind}Policy`, { ...input, PolicyDocument });
  }
}

async function remove({ kind, input }: Key, at: ResourceContext): Promise<void> {
  await gone(call(at, `Delete${kind}Policy`, input));
}
