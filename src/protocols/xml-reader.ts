/** Reads XML bodies: elements to typed values, by readers compiled from shapes. */

import { setOwn } from "../core/own.ts";
import type { MemberRef, ServiceModel } from "../models/model.ts";
import { malformedXml } from "./errors.ts";
import { type ReadText, scalarReader } from "./scalars.ts";
import {
  CodecCache,
  entryOf,
  itemOf,
  keyOf,
  membersOf,
  type ResolvedMember,
  type ResolvedShape,
  resolve,
} from "./shapes.ts";
import type { XmlElement } from "./xml-parser.ts";

export type ReadXml = (element: XmlElement) => unknown;
type ReadMember = (parent: XmlElement) => unknown;

export class XmlReaders {
  readonly #model: ServiceModel;
  readonly #readers = new CodecCache<ReadXml>();

  constructor(model: ServiceModel) {
    this.#model = model;
  }

  reader(ref: MemberRef): ReadXml {
    const shape = resolve(this.#model, ref);
    switch (shape.type) {
      case "structure":
        return this.#readers.get(ref.shape, () => this.structure(shape, () => true));
      case "list":
        return this.#list(shape);
      case "map":
        return this.#map(shape);
      default: {
        const read: ReadText = scalarReader(shape, () => malformedXml());
        return (element) => read(element.text);
      }
    }
  }

  /** A structure of the members that `include` admits. */
  structure(
    shape: ResolvedShape,
    include: (member: ResolvedShape) => boolean,
  ): (element: XmlElement) => Record<string, unknown> {
    const members = membersOf(this.#model, shape)
      .filter((member) => include(member.shape))
      .map((member) => ({ name: member.name, read: this.#member(member) }));
    return (element) => {
      const out: Record<string, unknown> = {};
      for (const member of members) {
        const value = member.read(element);
        if (value !== undefined) out[member.name] = value;
      }
      return out;
    };
  }

  #member({ name, shape }: ResolvedMember): ReadMember {
    if (shape.xmlAttribute) return attributeReader(shape.locationName ?? name);
    if (shape.flattened && shape.type === "list") return this.#flattenedList(name, shape);
    if (shape.flattened && shape.type === "map") return this.#flattenedMap(shape.locationName ?? name, shape);
    const wireName = localName(shape.locationName ?? name);
    const read = this.reader(shape);
    return (parent) => {
      const child = parent.children.find((element) => element.name === wireName);
      return child && read(child);
    };
  }

  #flattenedList(name: string, shape: ResolvedShape): ReadMember {
    const itemName = localName(
      resolve(this.#model, itemOf(shape)).locationName ?? shape.locationName ?? name,
    );
    const read = this.reader(itemOf(shape));
    return (parent) => {
      const items = parent.children.filter((element) => element.name === itemName);
      return items.length > 0 ? items.map(read) : undefined;
    };
  }

  #flattenedMap(entryName: string, shape: ResolvedShape): ReadMember {
    const read = this.#entries(shape);
    return (parent) => {
      const entries = parent.children.filter((element) => element.name === entryName);
      return entries.length > 0 ? read(entries) : undefined;
    };
  }

  #list(shape: ResolvedShape): ReadXml {
    const itemName = localName(resolve(this.#model, itemOf(shape)).locationName ?? "member");
    const read = this.reader(itemOf(shape));
    return (element) => element.children.filter((child) => child.name === itemName).map(read);
  }

  #map(shape: ResolvedShape): ReadXml {
    const read = this.#entries(shape);
    return (element) => read(element.children.filter((child) => child.name === "entry"));
  }

  #entries(shape: ResolvedShape) {
    const keyName = localName(resolve(this.#model, keyOf(shape)).locationName ?? "key");
    const valueName = localName(resolve(this.#model, entryOf(shape)).locationName ?? "value");
    const read = this.reader(entryOf(shape));
    return (entries: readonly XmlElement[]) => {
      const out: Record<string, unknown> = {};
      for (const entry of entries) {
        const key = entry.children.find((child) => child.name === keyName);
        const value = entry.children.find((child) => child.name === valueName);
        if (key && value) setOwn(out, key.text, read(value));
      }
      return out;
    };
  }
}

const localName = (name: string) => name.slice(name.indexOf(":") + 1);

function attributeReader(name: string): ReadMember {
  const local = localName(name);
  return (element) => {
    const exact = element.attributes.get(name);
    if (exact !== undefined) return exact;
    for (const [key, value] of element.attributes)
      if (localName(key) === local && !key.startsWith("xmlns")) return value;
    return undefined;
  };
}
