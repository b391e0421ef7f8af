/** Reads XML bodies: text to a tree of elements, and elements to typed values by readers compiled from shapes. */

import type { XMLParser } from "fast-xml-parser";
import { lazily } from "../core/lazily.ts";
import { sure } from "../core/sure.ts";
import type { MemberRef, ServiceModel } from "../models/model.ts";
import { malformedXml } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";
import { type ReadText, scalarReader } from "./scalars.ts";
import { CodecCache, membersOf, type ResolvedMember, type ResolvedShape, resolve } from "./shapes.ts";
import { setKey } from "./structured.ts";

/** One element; names are without namespace prefix, attributes with theirs. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const xml = lazily<typeof import("fast-xml-parser")>("fast-xml-parser");

const OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  htmlEntities: false,
  // Entities are undone here, below: the five of XML and numbers only, so nothing can expand.
  processEntities: false,
  maxNestedTags: MAX_DEPTH,
};
let parser: XMLParser | undefined;

/** Parses a document; throws MalformedXML, also for a DOCTYPE (entities are not welcome). */
export function parseXml(text: string): XmlElement {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw malformedXml();
  let nodes: ParsedNode[];
  try {
    if (xml().XMLValidator.validate(text) !== true) throw malformedXml();
    parser ??= new (xml().XMLParser)(OPTIONS);
    nodes = parser.parse(text);
  } catch {
    throw malformedXml();
  }
  const roots = nodes.filter((node) => tagOf(node) !== undefined);
  if (roots.length !== 1) throw malformedXml();
  return elementOf(sure(roots[0]), 0);
}

/** What the parser makes of a node when it keeps the order: `{tag: children, ":@": attributes}` or `{"#text": text}`. */
type ParsedNode = Readonly<Record<string, unknown>>;

const tagOf = (node: ParsedNode) => Object.keys(node).find((key) => key !== ":@" && key !== "#text");

function elementOf(node: ParsedNode, depth: number): XmlElement {
  if (depth > MAX_DEPTH) throw malformedXml();
  const tag = sure(tagOf(node));
  const children: XmlElement[] = [];
  let text = "";
  for (const child of node[tag] as ParsedNode[]) {
    if ("#text" in child) text += String(child["#text"]);
    else if (tagOf(child) !== undefined) children.push(elementOf(child, depth + 1));
  }
  const attributes = new Map(
    Object.entries((node[":@"] ?? {}) as Record<string, string>).map(([name, value]) => [
      name,
      unescapeXml(value),
    ]),
  );
  return { name: tag.slice(tag.indexOf(":") + 1), attributes, children, text: unescapeXml(text) };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (all, hex, decimal, name) => {
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? sure(ENTITIES[name]) : all;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    if (code > 0x10ffff) throw malformedXml();
    return String.fromCodePoint(code);
  });
}

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
      resolve(this.#model, sure(shape.member)).locationName ?? shape.locationName ?? name,
    );
    const read = this.reader(sure(shape.member));
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
    const itemName = localName(resolve(this.#model, sure(shape.member)).locationName ?? "member");
    const read = this.reader(sure(shape.member));
    return (element) => element.children.filter((child) => child.name === itemName).map(read);
  }

  #map(shape: ResolvedShape): ReadXml {
    const read = this.#entries(shape);
    return (element) => read(element.children.filter((child) => child.name === "entry"));
  }

  #entries(shape: ResolvedShape) {
    const keyName = localName(resolve(this.#model, sure(shape.key)).locationName ?? "key");
    const valueName = localName(resolve(this.#model, sure(shape.value)).locationName ?? "value");
    const read = this.reader(sure(shape.value));
    return (entries: readonly XmlElement[]) => {
      const out: Record<string, unknown> = {};
      for (const entry of entries) {
        const key = entry.children.find((child) => child.name === keyName);
        const value = entry.children.find((child) => child.name === valueName);
        if (key && value) setKey(out, key.text, read(value));
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
