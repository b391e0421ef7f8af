import { sure } from "../core/sure.ts";
import type { MemberRef, ServiceModel, Shape } from "../models/model.ts";

/** A shape as it is meant at one place: its own traits, overridden by those of the reference. */
export type ResolvedShape = Shape & MemberRef;

/** A member of a structure with its resolved shape. */
export interface ResolvedMember {
  readonly name: string;
  readonly shape: ResolvedShape;
}

/** Resolves a reference; throws when a model given at run time refers to a shape that it does not have. */
export function resolve(model: ServiceModel, ref: MemberRef): ResolvedShape {
  const shape = Object.hasOwn(model.shapes, ref.shape) ? model.shapes[ref.shape] : undefined;
  if (shape === undefined) throw new Error(`the model has no shape "${ref.shape}"`);
  return { ...shape, ...ref };
}

/** What a list's items are. Throws, as the next ones do, when a model given at run time does not say. */
export const itemOf = (list: Said): MemberRef => said(list, "member");
/** What a map's keys are. */
export const keyOf = (map: Said): MemberRef => said(map, "key");
/** What a map's values are. */
export const entryOf = (map: Said): MemberRef => said(map, "value");

type Said = Pick<Shape, "type" | "member" | "key" | "value">;

function said(shape: Said, what: "member" | "key" | "value"): MemberRef {
  const ref = shape[what];
  if (ref === undefined) throw new Error(`the model has a ${shape.type} without ${what}`);
  return ref;
}

/** The member of a structure that is the whole body. */
export function payloadOf({ payload }: Shape, members: readonly ResolvedMember[]): ResolvedMember {
  const found = members.find(({ name }) => name === payload);
  if (found === undefined) throw new Error(`the model has no member "${payload}" for a payload`);
  return found;
}

/** The members of a structure in model order. */
export function membersOf(model: ServiceModel, shape: Shape): ResolvedMember[] {
  return Object.entries(shape.members ?? {}).map(([name, ref]) => ({ name, shape: resolve(model, ref) }));
}

/** The URI of an XML namespace trait. */
export function namespaceUri(namespace: string | { readonly uri: string } | undefined): string | undefined {
  return typeof namespace === "object" ? namespace.uri : namespace;
}

/**
 * Compiles each shape once. A recursive shape finds its own unfinished codec and gets a function that looks it up later.
 */
export class CodecCache<Codec extends (...args: never[]) => unknown> {
  readonly #codecs = new Map<string, { codec?: Codec }>();

  get(key: string, compile: () => Codec): Codec {
    const known = this.#codecs.get(key);
    if (known?.codec) return known.codec;
    // Called only when what it is part of has been compiled.
    if (known) return ((...args: never[]) => sure(known.codec)(...args)) as Codec;
    const entry: { codec?: Codec } = {};
    this.#codecs.set(key, entry);
    entry.codec = compile();
    return entry.codec;
  }
}
