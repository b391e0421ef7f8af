/** Writers from typed values to a form's parameters: what a client of awsQuery and ec2Query sends. */
import type { MemberRef, ServiceModel } from "../models/model.ts";
import { type FormDialect, formName } from "./form-reader.ts";
import { CodecCache, entryOf, itemOf, keyOf, membersOf, type ResolvedShape, resolve } from "./shapes.ts";
import { scalarText } from "./xml-writer.ts";

export type Pairs = [name: string, value: string][];
type WriteForm = (value: unknown, prefix: string, pairs: Pairs) => void;

export class FormWriters {
  readonly #model: ServiceModel;
  readonly #dialect: FormDialect;
  readonly #writers = new CodecCache<WriteForm>();

  constructor(model: ServiceModel, dialect: FormDialect) {
    this.#model = model;
    this.#dialect = dialect;
  }

  writer(ref: MemberRef): WriteForm {
    const shape = resolve(this.#model, ref);
    switch (shape.type) {
      case "structure":
        return this.#writers.get(ref.shape, () => this.#structure(shape));
      case "list":
        return this.#list(shape);
      case "map":
        return this.#map(shape);
      default: {
        const text = scalarText(shape, "iso8601");
        return (value, prefix, pairs) => pairs.push([prefix, text(value)]);
      }
    }
  }

  #structure(shape: ResolvedShape): WriteForm {
    const members = membersOf(this.#model, shape).map(({ name, shape: member }) => ({
      name,
      wireName: formName(this.#model, this.#dialect, name, member),
      write: this.writer(member),
    }));
    return (value, prefix, pairs) => {
      const start = prefix === "" ? "" : `${prefix}.`;
      for (const member of members) {
        const typed = (value as Record<string, unknown>)[member.name];
        if (typed !== undefined && typed !== null) member.write(typed, start + member.wireName, pairs);
      }
    };
  }

  #list(shape: ResolvedShape): WriteForm {
    const write = this.writer(itemOf(shape));
    const flat = this.#dialect === "ec2" || shape.flattened === true;
    const itemName = flat ? "" : `.${resolve(this.#model, itemOf(shape)).locationName ?? "member"}`;
    return (value, prefix, pairs) => {
      const items = value as unknown[];
      if (items.length === 0 && this.#dialect === "query") pairs.push([prefix, ""]);
      for (const [index, item] of items.entries()) write(item, `${prefix}${itemName}.${index + 1}`, pairs);
    };
  }

  #map(shape: ResolvedShape): WriteForm {
    const keyName = resolve(this.#model, keyOf(shape)).locationName ?? "key";
    const valueName = resolve(this.#model, entryOf(shape)).locationName ?? "value";
    const write = this.writer(entryOf(shape));
    const entryName = shape.flattened ? "" : ".entry";
    return (value, prefix, pairs) => {
      for (const [index, [key, entry]] of Object.entries(value as Record<string, unknown>).entries()) {
        const start = `${prefix}${entryName}.${index + 1}`;
        pairs.push([`${start}.${keyName}`, key]);
        write(entry, `${start}.${valueName}`, pairs);
      }
    };
  }
}
