import { defineType, type ResourceContext, type ResourceType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";
import { retag } from "./changes.ts";
import { callsOf, found, gone, type Properties } from "./mapped.ts";
import { shown } from "./shown.ts";

/* What the resources of EC2's network have in common: an id that EC2 gives, tags by CreateTags, a list to be described in. */

export const call = callsOf("ec2");

interface Ec2Mapping {
  readonly type: string;
  readonly replacedBy: readonly string[];
  readonly required?: readonly string[];
  readonly create: string;
  readonly delete: string;
  /** The member that holds what was made, and the one in it that is its id; without a member, the answer has the id itself. */
  readonly made: readonly [member: string | undefined, id: string];
  /** How it is described: `DescribeVpcs` by `VpcIds`, in `Vpcs`. */
  readonly described: readonly [operation: string, ids: string, list: string];
  /** Where in an item of the list it stands: an instance in its reservation. */
  readonly within?: string;
  /** What deletes it by the list of ids (`VpcEndpointIds`). Default: the id's own member. */
  readonly deletedBy?: string;
  input?(properties: Properties, at: ResourceContext): Properties;
  /** What `Fn::GetAtt` gives of it, beside its id. */
  attributesOf?(described: Properties, at: ResourceContext): Properties | Promise<Properties>;
  /** What is described in the form of the properties. */
  asProperties?(described: Properties): Properties;
  /** What is set by operations of its own. */
  settle?(id: string, before: Values, after: Values, at: ResourceContext): Promise<void>;
}

/** Most have a state, peerings a status with a code. */
const stateOf = ({ State, Status }: Properties): string =>
  String(
    (State as Properties | undefined)?.["Name"] ??
      State ??
      (Status as Properties | undefined)?.["Code"] ??
      "",
  );

const HAS_GONE = /^(?:deleted|deleting|failed|shutting-down|terminated)$/;

export function ec2Type(mapping: Ec2Mapping): ResourceType {
  const [member, idMember] = mapping.made;
  const [describe, ids, list] = mapping.described;
  const described = async (id: string, at: ResourceContext): Promise<Properties | undefined> => {
    const output = await found(call(at, describe, { [ids]: [id] }));
    const item = (output?.[list] as Properties[] | undefined)?.[0];
    const one =
      mapping.within === undefined ? item : (item?.[mapping.within] as Properties[] | undefined)?.[0];
    return one && HAS_GONE.test(stateOf(one)) ? undefined : one;
  };
  const attributes = async (id: string, at: ResourceContext): Promise<Properties> => ({
    [idMember]: id,
    ...(await mapping.attributesOf?.((await described(id, at)) ?? {}, at)),
  });
  return defineType({
    type: mapping.type,
    replacedBy: mapping.replacedBy,
    ...(mapping.required && { required: mapping.required }),
    isTagged: true,
    async create(properties, at) {
      const output = await call(at, mapping.create, mapping.input?.(properties, at) ?? properties);
      const made = [member === undefined ? output : output[member]].flat()[0] as Properties;
      const id = String(made[idMember]);
      at.made({ id });
      await changeTags(id, {}, properties, at);
      await mapping.settle?.(id, {}, properties, at);
      return { id, attributes: await attributes(id, at) };
    },
    async update({ id, properties: before }, properties, at) {
      await mapping.settle?.(id, before, properties, at);
      await changeTags(id, before, properties, at);
      return { id, attributes: await attributes(id, at) };
    },
    async delete(existing, at) {
      // What is gone is shown for a while, and cannot be deleted again.
      if (!(await described(existing.id, at))) return;
      await gone(call(at, mapping.delete, keyOf(existing.id)));
      await at.until(async () => (await described(existing.id, at)) === undefined);
    },
    attributes: (id, _properties, at) => attributes(id, at),
    async read({ id, properties }, at) {
      const now = await described(id, at);
      return shown(properties, now && { ...now, ...mapping.asProperties?.(now) });
    },
  });

  function keyOf(id: string): Properties {
    return mapping.deletedBy === undefined ? { [idMember]: id } : { [mapping.deletedBy]: [id] };
  }
}

async function changeTags(
  id: string,
  before: Values,
  properties: Values,
  at: ResourceContext,
): Promise<void> {
  await retag(before, properties, at, {
    untag: (TagKeys) => call(at, "DeleteTags", { Resources: [id], Tags: TagKeys.map((Key) => ({ Key })) }),
    tag: (tags) => call(at, "CreateTags", { Resources: [id], Tags: tags }),
  });
}
