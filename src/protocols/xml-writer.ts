/** Writers from typed values to XML, compiled from shapes: for restXml bodies and for the answers of awsQuery and ec2Query. */
import type { MemberRef, ServiceModel } from "../models/model.ts";
import { toBase64 } from "./bytes.ts";
import type { ErrorShape } from "./error-shapes.ts";
import {
  CodecCache,
  entryOf,
  itemOf,
  keyOf,
  membersOf,
  namespaceUri,
  type ResolvedMember,
  type ResolvedShape,
  resolve,
} from "./shapes.ts";
import { asDate, formatTimestamp } from "./timestamp.ts";
import { escapeXml, textElement } from "./xml-text.ts";

/** What stands between an element's tags. */
type Content = (value: unknown) => string;
/** Whole elements of a member, as often as it occurs. */
export type Elements = (value: unknown) => string;

export class XmlWriters {
  readonly #model: ServiceModel;
  /** Keep `.000` in timestamps, as S3 and EC2 do. */
  readonly #milliseconds: boolean;
  readonly #contents = new CodecCache<Content>();
  readonly #attributes = new CodecCache<Content>();

  constructor(model: ServiceModel, options: { milliseconds: boolean }) {
    this.#model = model;
    this.#milliseconds = options.milliseconds;
  }

  /** The elements of a structure's members that `include` admits. */
  members(shape: ResolvedShape, include: (member: ResolvedShape) => boolean): Elements {
    const members = membersOf(this.#model, shape)
      .filter((member) => !member.shape.xmlAttribute && include(member.shape))
      .map((member) => ({ name: member.name, write: this.member(member) }));
    return (value) => {
      let xml = "";
      for (const member of members) {
        const typed = (value as Record<string, unknown>)[member.name];
        if (typed !== undefined && typed !== null) xml += member.write(typed);
      }
      return xml;
    };
  }

  /** The elements of one member: one, or several of a flattened list or map. */
  member({ name, shape }: ResolvedMember): Elements {
    if (shape.flattened && shape.type === "list") {
      const itemName = resolve(this.#model, itemOf(shape)).locationName ?? shape.locationName ?? name;
      return this.#items(shape, itemName);
    }
    if (shape.flattened && shape.type === "map") return this.#entries(shape, shape.locationName ?? name);
    return this.element(shape.locationName ?? name, shape);
  }

  /** One element of a given name. */
  element(name: string, ref: MemberRef): Elements {
    const shape = resolve(this.#model, ref);
    const content = this.#content(shape);
    const attributes = this.#attributesOf(shape);
    const open = `<${name}${xmlns(shape)}`;
    const close = `</${name}>`;
    if (attributes) return (value) => `${open}${attributes(value)}>${content(value)}${close}`;
    return (value) => `${open}>${content(value)}${close}`;
  }

  #content(shape: ResolvedShape): Content {
    switch (shape.type) {
      case "structure":
        return this.#contents.get(shape.shape, () => this.members(shape, () => true));
      case "list":
        return this.#contents.get(shape.shape, () =>
          this.#items(shape, resolve(this.#model, itemOf(shape)).locationName ?? "member"),
        );
      case "map":
        return this.#contents.get(shape.shape, () => this.#entries(shape, "entry"));
      default: {
        const text = scalarText(shape, "iso8601", this.#milliseconds);
        return (value) => escapeXml(text(value));
      }
    }
  }

  #items(shape: ResolvedShape, itemName: string): Elements {
    const item = this.element(itemName, itemOf(shape));
    return (value) => {
      let xml = "";
      for (const entry of value as Iterable<unknown>) {
        if (entry !== undefined && entry !== null) xml += item(entry);
        else if (shape.sparse) xml += `<${itemName}/>`;
      }
      return xml;
    };
  }

  #entries(shape: ResolvedShape, entryName: string): Elements {
    const key = this.element(resolve(this.#model, keyOf(shape)).locationName ?? "key", keyOf(shape));
    const value = this.element(resolve(this.#model, entryOf(shape)).locationName ?? "value", entryOf(shape));
    return (map) => {
      let xml = "";
      for (const [name, entry] of Object.entries(map as Record<string, unknown>)) {
        if (entry !== undefined && entry !== null)
          xml += `<${entryName}>${key(name)}${value(entry)}</${entryName}>`;
      }
      return xml;
    };
  }

  /** The namespace and attributes of an element that is written elsewhere: a document's root. */
  openingOf(shape: ResolvedShape): (value: unknown) => string {
    const namespace = xmlns(shape);
    const attributes = this.#attributesOf(shape);
    return (value) => namespace + (attributes?.(value) ?? "");
  }

  #attributesOf(shape: ResolvedShape): Content | undefined {
    if (shape.type !== "structure") return undefined;
    const members = membersOf(this.#model, shape).filter((member) => member.shape.xmlAttribute);
    if (members.length === 0) return undefined;
    return this.#attributes.get(shape.shape, () => (value) => {
      let xml = "";
      for (const { name, shape: member } of members) {
        const typed = (value as Record<string, unknown>)[name];
        if (typed !== undefined && typed !== null)
          xml += ` ${member.locationName ?? name}="${escapeXml(String(typed))}"`;
      }
      return xml;
    });
  }
}

function xmlns(shape: ResolvedShape): string {
  const uri = namespaceUri(shape.xmlNamespace);
  if (uri === undefined) return "";
  const prefix = typeof shape.xmlNamespace === "object" ? shape.xmlNamespace.prefix : undefined;
  return ` xmlns${prefix ? `:${prefix}` : ""}="${escapeXml(uri)}"`;
}

/** How a scalar looks as text: in XML, a header, a query string. */
export function scalarText(
  shape: ResolvedShape,
  timestampFormat: "iso8601" | "rfc822",
  milliseconds = false,
): (value: unknown) => string {
  if (shape.jsonvalue) return JSON.stringify;
  switch (shape.type) {
    case "blob":
      return toBase64;
    case "timestamp": {
      const format = shape.timestampFormat ?? timestampFormat;
      return (value) => formatTimestamp(asDate(value), format, milliseconds);
    }
    default:
      return (value) => (typeof value === "string" ? value : String(value));
  }
}

/** An error's members beside code and message: those of the model as it says, others as plain text. */
export function extraElements(
  writers: XmlWriters,
  error: ErrorShape | undefined,
  members: Readonly<Record<string, unknown>>,
): string {
  let xml = "";
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || value === null) continue;
    const modelled = error?.members.find((member) => member.name === name);
    if (modelled?.shape.location !== undefined) continue;
    if (modelled) xml += writers.member(modelled)(value);
    else if (/^[A-Za-z_][\w.-]*$/.test(name)) xml += textElement(name, String(value));
  }
  return xml;
}
