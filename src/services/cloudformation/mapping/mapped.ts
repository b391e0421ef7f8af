import { AwsError } from "../../../core/aws-error.ts";
import { tagsOf } from "../property.ts";
import {
  defineType,
  type Existing,
  type Made,
  type ResourceContext,
  type ResourceType,
} from "../resource-type.ts";
import type { Values } from "../sam/value.ts";
import { retag } from "./changes.ts";
import { asInput } from "./input.ts";
import { shown } from "./shown.ts";

/** Properties of a resource, inputs and outputs of operations. */
export type Properties = Readonly<Record<string, unknown>>;

/** Calls of a service: of what is given, an input has what its operation knows. */
export function callsOf(service: string) {
  return (at: ResourceContext, operation: string, properties: Properties): Promise<Properties> =>
    at.call(service, operation, asInput(service, operation, properties));
}

/** A type that maps to the operations of a service. */
export interface Mapping {
  readonly type: string;
  readonly service: string;
  readonly replacedBy?: readonly string[];
  readonly required?: readonly string[];
  /** The property that names a resource, and how long a name may be that is made for it. It is what `Ref` gives. */
  readonly named?: readonly [property: string, longest: number];
  /** What `Ref` gives, where it is no name. */
  idOf?(output: Properties, properties: Properties, at: ResourceContext): unknown;
  /** The members of an input that say which resource it is. */
  keyOf?(id: string, properties: Properties): Properties;
  /** Properties in another form than the service has them. */
  input?(properties: Properties, at: ResourceContext): Properties;
  attributesOf?(output: Properties, properties: Properties, id: string, at: ResourceContext): Properties;
  /** What of an output describes the resource. */
  describedIn?(output: Properties, existing: Existing): unknown;
  /** The operations that add and remove tags, and how they name what is tagged. */
  readonly tags?: readonly [
    add: string,
    remove: string,
    key: (id: string, attributes: Properties, properties: Properties, at: ResourceContext) => Properties,
  ];
  readonly create: string;
  readonly update?: string;
  readonly delete: string;
  readonly read: string;
  /** What the service says of what is gone, where its error's code does not tell. */
  readonly missing?: RegExp;
}

/** A resource type whose properties are, but for their letters, members of the operations that make, change, delete and read it. */
export function mapped(mapping: Mapping): ResourceType {
  const call = callsOf(mapping.service);
  const keyOf = (id: string, properties: Properties): Properties =>
    mapping.keyOf?.(id, properties) ?? (mapping.named ? { [mapping.named[0]]: id } : {});
  const prepare = (properties: Properties, at: ResourceContext) =>
    mapping.input?.(properties, at) ?? properties;
  const update = async (existing: Existing, properties: Properties, at: ResourceContext): Promise<Made> => {
    const { id } = existing;
    const all = { ...properties, ...keyOf(id, properties) };
    if (mapping.tags) await changeTags(mapping.tags, existing, properties, at);
    if (mapping.update === undefined) return existing;
    const output = await call(at, mapping.update, { ...prepare(all, at), ...keyOf(id, properties) });
    return { id, attributes: mapping.attributesOf?.(output, all, id, at) ?? existing.attributes };
  };
  const changeTags = async (
    [add, remove, key]: NonNullable<Mapping["tags"]>,
    { id, properties: before, attributes }: Existing,
    properties: Properties,
    at: ResourceContext,
  ) => {
    const where = key(id, attributes, properties, at);
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, remove, { ...where, TagKeys }),
      tag: (tags) => call(at, add, { ...where, Tags: tags }),
    });
  };
  return defineType({
    type: mapping.type,
    replacedBy: mapping.replacedBy ?? [],
    ...(mapping.required && { required: mapping.required }),
    ...(mapping.tags && { isTagged: true }),
    async create(properties, at) {
      const all = mapping.named ? withName(properties, mapping.named, at) : properties;
      const output = await call(at, mapping.create, withTags(prepare(all, at), at));
      const id = String(mapping.idOf?.(output, all, at) ?? all[mapping.named?.[0] as keyof typeof all]);
      const made = { id, attributes: mapping.attributesOf?.(output, all, id, at) ?? {} };
      at.made(made);
      return made;
    },
    ...(mapping.update === undefined && mapping.tags === undefined ? {} : { update }),
    delete: ({ id, properties }, at) =>
      gone(call(at, mapping.delete, { ...properties, ...keyOf(id, properties) }), mapping.missing),
    async attributes(id, properties, at) {
      const existing = { id, properties, attributes: {} };
      const output = await call(at, mapping.read, { ...properties, ...keyOf(id, properties) });
      const described = (mapping.describedIn?.(output, existing) ?? output) as Properties;
      return mapping.attributesOf?.(described, { ...properties, ...keyOf(id, properties) }, id, at) ?? {};
    },
    async read(existing, at) {
      const { id, properties } = existing;
      const reading = call(at, mapping.read, { ...properties, ...keyOf(id, properties) });
      const output = await found(reading, mapping.missing);
      if (!output || !mapping.describedIn) return shown(properties, output);
      return shown(properties, mapping.describedIn(output, existing) as Properties | undefined);
    },
  });
}

/** Properties with a name, made when they have none. */
export function withName(
  properties: Properties,
  [property, longest]: readonly [property: string, longest: number],
  at: ResourceContext,
): Properties {
  return { ...properties, [property]: properties[property] ?? at.name(longest) };
}

/** Properties with the stack's tags behind their own. */
export function withTags(properties: Properties, at: ResourceContext): Properties {
  const tags = tagsOf(properties as Values, at.stackTags);
  return Object.keys(tags).length > 0 ? { ...properties, Tags: tags } : properties;
}

/** What is gone already has been deleted. */
export async function gone(deletion: Promise<unknown>, missing?: RegExp): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!isMissing(error, missing)) throw error;
  }
}

/** What is not there is nothing. */
export async function found<T>(reading: Promise<T>, missing?: RegExp): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error, missing)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown, missing?: RegExp): boolean {
  return (
    error instanceof AwsError &&
    (error.status === 404 ||
      /NotFound|NoSuch|NonExist|DoesNotExist/.test(error.code) ||
      missing?.test(error.message) === true)
  );
}
