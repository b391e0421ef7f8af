/**
 * Readers and writers between structured documents (JSON, CBOR) and typed values, compiled from shapes.
 *
 * JSON and CBOR differ in their leaves only (how a blob or a timestamp looks), so they bring a `Leaves` each.
 */
import { setOwn } from "../core/own.ts";
import { isLarge, markLarge, type Unhurried } from "../core/unhurried.ts";
import type { MemberRef, ServiceModel } from "../models/model.ts";
import { tooDeep } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";
import { CodecCache, entryOf, itemOf, membersOf, type ResolvedShape, resolve } from "./shapes.ts";

/** Turns a document's value into a typed one: the same object, where its parts look alike in both. Throws an AwsError. */
export type Read = (value: unknown, depth: number) => unknown;
/** Turns a typed value into a document's: the same object, where its parts look alike in both. */
export type Write = (value: unknown) => unknown;

/** How scalars look in a document, and what is said when something has the wrong type. */
export interface Leaves {
  read(shape: ResolvedShape): Read;
  write(shape: ResolvedShape): Write;
  wrongType(value: unknown, shape: ResolvedShape): Error;
  /** Null is an empty text in a map that comes in, and stays null in one that goes out. */
  readonly emptyTexts?: boolean;
}

/** Compiles readers and writers of one model. Each shape is compiled once, when an operation first needs it. */
export class StructuredCodecs {
  readonly #model: ServiceModel;
  readonly #leaves: Leaves;
  readonly #readers = new CodecCache<Read>();
  readonly #writers = new CodecCache<Write>();

  constructor(model: ServiceModel, leaves: Leaves) {
    this.#model = model;
    this.#leaves = leaves;
  }

  reader(ref: MemberRef): Read {
    const shape = resolve(this.#model, ref);
    if (shape.document) return readDocument;
    switch (shape.type) {
      case "structure":
        return this.#readers.get(ref.shape, () => this.structureReader(shape, () => true));
      case "list":
        return this.#readers.get(ref.shape, () => this.#listReader(shape));
      case "map":
        return this.#readers.get(ref.shape, () => this.#mapReader(shape));
      default:
        return this.#leaves.read(shape);
    }
  }

  writer(ref: MemberRef): Write {
    const shape = resolve(this.#model, ref);
    if (shape.document) return (value) => value;
    switch (shape.type) {
      case "structure":
        return this.#writers.get(ref.shape, () => this.#partWriter(shape));
      case "list":
        return this.#writers.get(ref.shape, () => this.#listWriter(shape));
      case "map":
        return this.#writers.get(ref.shape, () => this.#mapWriter(shape));
      default:
        return this.#leaves.write(shape);
    }
  }

  /** The same with pauses, of a document whose large parts are marked; what is made of them is marked, too. */
  *readLarge(ref: MemberRef, value: unknown, depth: number): Unhurried<unknown> {
    const shape = resolve(this.#model, ref);
    const readsParts = !shape.document && PARTED.has(shape.type) && isList(value) === (shape.type === "list");
    if (!isLarge(value) || !readsParts) return this.reader(ref)(value, depth);
    if (depth > MAX_DEPTH) throw tooDeep();
    if (shape.type === "list") return markLarge(yield* this.#readLargeList(shape, value as unknown[], depth));
    const out: Record<string, unknown> = {};
    const members = shape.type === "structure" ? this.#members(shape) : undefined;
    const read = this.reader(ref);
    for (const key of Object.keys(value)) {
      const part = (value as Record<string, unknown>)[key];
      if (isLarge(part)) {
        const member = members ? members.get(key) : { name: key, ref: entryOf(shape) };
        if (member) setOwn(out, member.name, yield* this.readLarge(member.ref, part, depth + 1));
      } else {
        const alone: Record<string, unknown> = {};
        setOwn(alone, key, part);
        const parts = read(alone, depth) as Record<string, unknown>;
        for (const name of Object.keys(parts)) setOwn(out, name, parts[name]);
      }
      yield;
    }
    return markLarge(out);
  }

  *#readLargeList(shape: ResolvedShape, value: readonly unknown[], depth: number): Unhurried<unknown[]> {
    const ref = itemOf(shape);
    const read = this.#listReader(shape);
    const out: unknown[] = [];
    for (const part of value) {
      if (isLarge(part)) out.push(yield* this.readLarge(ref, part, depth + 1));
      else out.push(...(read([part], depth) as unknown[]));
      yield;
    }
    return out;
  }

  /** A typed value as JSON, in pieces and with pauses where it is marked as large. */
  *writeLarge(ref: MemberRef, value: unknown): Unhurried<string[]> {
    const shape = resolve(this.#model, ref);
    if (!isLarge(value) || shape.document || !PARTED.has(shape.type))
      return [JSON.stringify(this.writer(ref)(value))];
    const isList = shape.type === "list";
    const pieces = [isList ? "[" : "{"];
    const members = shape.type === "structure" ? shape.members : undefined;
    for (const name of Object.keys(value)) {
      const part = (value as Record<string, unknown>)[name];
      const partRef = members ? members[name] : (shape.member ?? shape.value);
      if (part === undefined || part === null || !partRef) continue;
      const wireName = members ? (resolve(this.#model, partRef).locationName ?? name) : name;
      if (pieces.length > 1) pieces.push(",");
      if (!isList) pieces.push(`${JSON.stringify(wireName)}:`);
      for (const piece of yield* this.writeLarge(partRef, part)) pieces.push(piece);
      yield;
    }
    pieces.push(isList ? "]" : "}");
    return pieces;
  }

  /** The members of a structure by their names in a document. */
  #members(shape: ResolvedShape): ReadonlyMap<string, { readonly name: string; readonly ref: MemberRef }> {
    const wireName = (ref: MemberRef) => resolve(this.#model, ref).locationName;
    return new Map(
      Object.entries(shape.members ?? {}).map(([name, ref]) => [wireName(ref) ?? name, { name, ref }]),
    );
  }

  /** A structure of only those members that `include` admits (the body members of a REST operation). Unknown keys are ignored. */
  structureReader(shape: ResolvedShape, include: (member: ResolvedShape) => boolean): Read {
    const members = new Map<string, { name: string; read: Read }>();
    for (const { name, shape: member } of membersOf(this.#model, shape)) {
      if (include(member)) members.set(member.locationName ?? name, { name, read: this.reader(member) });
    }
    const leaves = this.#leaves;
    return (value, depth) => {
      if (
        typeof value !== "object" ||
        value === null ||
        Array.isArray(value) ||
        value instanceof Uint8Array
      ) {
        throw leaves.wrongType(value, shape);
      }
      if (depth > MAX_DEPTH) throw tooDeep();
      const document = value as Record<string, unknown>;
      let out: Record<string, unknown> | undefined = isPlain(document) ? undefined : {};
      for (const key in document) {
        const member = members.get(key);
        const raw = document[key];
        const isThere = member !== undefined && raw !== null && raw !== undefined;
        const typed = isThere ? member.read(raw, depth + 1) : undefined;
        if (isThere && typed === raw && member.name === key && out === undefined) continue;
        out ??= upTo(document, key);
        if (isThere) out[member.name] = typed;
      }
      return out ?? document;
    };
  }

  /** Always writes an object of its own. */
  structureWriter(shape: ResolvedShape, include: (member: ResolvedShape) => boolean): Write {
    const members = this.#writtenMembers(shape, include);
    return (value) => {
      const out: Record<string, unknown> = {};
      for (const member of members) {
        const typed = (value as Record<string, unknown>)[member.name];
        if (typed !== undefined && typed !== null) out[member.wireName] = member.write(typed);
      }
      return out;
    };
  }

  /** Of a structure with one member (an item is made of them) the others are not asked for. */
  #partWriter(shape: ResolvedShape): Write {
    const whole = this.structureWriter(shape, () => true);
    const members = new Map(this.#writtenMembers(shape, () => true).map((member) => [member.name, member]));
    return (value) => {
      const only = onlyName(value);
      const member = only === undefined ? undefined : members.get(only);
      if (member === undefined) return whole(value);
      const typed = (value as Record<string, unknown>)[member.name];
      if (typed === undefined || typed === null) return {};
      const written = member.write(typed);
      return written === typed && member.wireName === member.name ? value : { [member.wireName]: written };
    };
  }

  #writtenMembers(shape: ResolvedShape, include: (member: ResolvedShape) => boolean) {
    return membersOf(this.#model, shape)
      .filter((member) => include(member.shape))
      .map(({ name, shape: member }) => ({
        name,
        wireName: member.locationName ?? name,
        write: this.writer(member),
      }));
  }

  #listReader(shape: ResolvedShape): Read {
    const read = this.reader(itemOf(shape));
    const sparse = shape.sparse === true;
    return (value, depth) => {
      if (!Array.isArray(value)) throw this.#leaves.wrongType(value, shape);
      if (depth > MAX_DEPTH) throw tooDeep();
      return mapped(value, (entry) => read(entry, depth + 1), sparse);
    };
  }

  #listWriter(shape: ResolvedShape): Write {
    const write = this.writer(itemOf(shape));
    const sparse = shape.sparse === true;
    return (value) => mapped(Array.isArray(value) ? value : [...(value as Iterable<unknown>)], write, sparse);
  }

  #mapReader(shape: ResolvedShape): Read {
    const read = this.reader(entryOf(shape));
    const sparse = shape.sparse === true;
    const absent =
      this.#leaves.emptyTexts && resolve(this.#model, entryOf(shape)).type === "string" ? "" : null;
    return (value, depth) => {
      if (
        typeof value !== "object" ||
        value === null ||
        Array.isArray(value) ||
        value instanceof Uint8Array
      ) {
        throw this.#leaves.wrongType(value, shape);
      }
      if (depth > MAX_DEPTH) throw tooDeep();
      const document = value as Record<string, unknown>;
      let out: Record<string, unknown> | undefined = isPlain(document) ? undefined : {};
      for (const key in document) {
        const raw = document[key];
        const isThere = raw !== null && raw !== undefined;
        const typed = isThere ? read(raw, depth + 1) : absent;
        if (isThere && typed === raw && out === undefined) continue;
        out ??= upTo(document, key);
        if (isThere || sparse || absent !== null) setOwn(out, key, typed);
      }
      return out ?? document;
    };
  }

  #mapWriter(shape: ResolvedShape): Write {
    const write = this.writer(entryOf(shape));
    const sparse = shape.sparse === true || this.#leaves.emptyTexts === true;
    return (value) => {
      const entries = value as Record<string, unknown>;
      let out = isPlain(entries) ? undefined : {};
      for (const key in entries) {
        const entry = entries[key];
        const isThere = entry !== null && entry !== undefined;
        const written = isThere ? write(entry) : null;
        if (isThere && written === entry && out === undefined) continue;
        out ??= upTo(entries, key);
        if (isThere || sparse) setOwn(out, key, written);
      }
      return out ?? entries;
    };
  }
}

/** The entries of a list that are there: the same list where all stay what they are. */
function mapped(
  list: readonly unknown[],
  map: (entry: unknown) => unknown,
  keepsAbsent: boolean,
): readonly unknown[] {
  let out: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const entry = list[at];
    const isThere = entry !== null && entry !== undefined;
    const made = isThere ? map(entry) : null;
    if (isThere && made === entry && out === undefined) continue;
    out ??= list.slice(0, at);
    if (isThere || keepsAbsent) out.push(made);
  }
  return out ?? list;
}

const isPlain = (value: object) => Object.getPrototypeOf(value) === Object.prototype;

/** The name of a plain object's one member; undefined for one with several. */
function onlyName(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !isPlain(value)) return undefined;
  let only: string | undefined;
  for (const name in value) {
    if (only !== undefined) return undefined;
    only = name;
  }
  return only;
}

/** The members of an object before one of them. */
function upTo(object: Readonly<Record<string, unknown>>, end: string): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const name of Object.keys(object)) {
    if (name === end) break;
    setOwn(part, name, object[name]);
  }
  return part;
}

const PARTED = new Set(["structure", "list", "map"]);
const isList = (value: unknown) => Array.isArray(value);

function readDocument(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw tooDeep();
  if (Array.isArray(value)) for (const entry of value) readDocument(entry, depth + 1);
  else if (typeof value === "object" && value !== null) {
    for (const entry of Object.values(value)) readDocument(entry, depth + 1);
  }
  return value;
}
