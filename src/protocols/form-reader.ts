/** Readers from a form's tree to typed values, compiled from shapes. */
import { setOwn } from "../core/own.ts";
import { capitalized } from "../core/text.ts";
import type { MemberRef, ServiceModel } from "../models/model.ts";
import { malformedInput } from "./errors.ts";
import { type FormNode, numbered } from "./form.ts";
import { scalarReader } from "./scalars.ts";
import { CodecCache, entryOf, itemOf, keyOf, membersOf, type ResolvedShape, resolve } from "./shapes.ts";

export type ReadForm = (node: FormNode) => unknown;

/** How a form names members: awsQuery by `locationName`, ec2Query capitalized and always flattened. */
export type FormDialect = "query" | "ec2";

export class FormReaders {
  readonly #model: ServiceModel;
  readonly #dialect: FormDialect;
  readonly #readers = new CodecCache<ReadForm>();

  constructor(model: ServiceModel, dialect: FormDialect) {
    this.#model = model;
    this.#dialect = dialect;
  }

  reader(ref: MemberRef): ReadForm {
    const shape = resolve(this.#model, ref);
    switch (shape.type) {
      case "structure":
        return this.#readers.get(ref.shape, () => this.#structure(shape));
      case "list":
        return this.#list(shape);
      case "map":
        return this.#map(shape);
      default: {
        const read = scalarReader(shape, (text, type) =>
          malformedInput(`Invalid value "${text}" for ${type}`),
        );
        return (node) => (node.value === undefined ? undefined : read(node.value));
      }
    }
  }

  #structure(shape: ResolvedShape): ReadForm {
    const members = membersOf(this.#model, shape).map(({ name, shape: member }) => ({
      name,
      wireName: formName(this.#model, this.#dialect, name, member),
      read: this.reader(member),
    }));
    return (node) => {
      const out: Record<string, unknown> = {};
      if (node.children === undefined) return out;
      for (const member of members) {
        // AWS reads a list by its own name, too: `MessageAttributes.1.Name` is as good as `MessageAttribute.1.Name`.
        const child = node.children.get(member.wireName) ?? node.children.get(member.name);
        const value = child && member.read(child);
        if (value !== undefined) out[member.name] = value;
      }
      return out;
    };
  }

  /** `Name.member.1` or, flattened, `Name.1`. Clients mix the two up and AWS reads both. `Name=` alone is an empty list. */
  #list(shape: ResolvedShape): ReadForm {
    const read = this.reader(itemOf(shape));
    const itemName = resolve(this.#model, itemOf(shape)).locationName ?? "member";
    const isScalar = !["structure", "list", "map"].includes(resolve(this.#model, itemOf(shape)).type);
    return (node) => {
      const wrapper = node.children?.get(itemName) ?? node.children?.get("member");
      const items = wrapper ? numbered(wrapper) : numbered(node);
      if (items.length > 0) return items.map(read).filter((item) => item !== undefined);
      if (node.value === undefined) return wrapper ? [] : undefined;
      return isScalar && node.value !== "" ? [read(node)] : [];
    };
  }

  /** `Name.entry.1.key`, `Name.entry.1.value` or, flattened, `Name.1.key`. */
  #map(shape: ResolvedShape): ReadForm {
    const keyName = resolve(this.#model, keyOf(shape)).locationName ?? "key";
    const valueName = resolve(this.#model, entryOf(shape)).locationName ?? "value";
    const read = this.reader(entryOf(shape));
    return (node) => {
      const entries = numbered(node.children?.get("entry") ?? node);
      if (entries.length === 0 && node.value === undefined) return undefined;
      const out: Record<string, unknown> = {};
      for (const entry of entries) {
        const key = entry.children?.get(keyName)?.value;
        const valueNode = entry.children?.get(valueName);
        const value = valueNode && read(valueNode);
        if (key !== undefined && value !== undefined) setOwn(out, key, value);
      }
      return out;
    };
  }
}

/** What a form calls a member: awsQuery by `locationName` (of a flattened list: its items'), ec2Query capitalized. */
export function formName(
  model: ServiceModel,
  dialect: FormDialect,
  name: string,
  member: ResolvedShape,
): string {
  if (dialect === "ec2") {
    if (member.queryName !== undefined) return member.queryName;
    const locationName = member.locationName ?? name;
    return capitalized(locationName);
  }
  if (member.flattened && member.type === "list") {
    const itemName = resolve(model, itemOf(member)).locationName;
    if (itemName !== undefined) return itemName;
  }
  return member.locationName ?? name;
}
