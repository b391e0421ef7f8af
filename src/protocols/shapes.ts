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
    if (known) return ((...args: never[]) => sure(known.codec)(...args)) as Codec;
    const entry: { codec?: Codec } = {};
    this.#codecs.set(key, entry);
    entry.codec = compile();
    return entry.codec;
  }
}
