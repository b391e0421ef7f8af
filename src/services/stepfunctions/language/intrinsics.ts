import { readJson } from "../../../core/read-json.ts";
import { digest, drawn } from "./digest.ts";
import { equals, isObject, type Json } from "./json.ts";

/** What functions take from outside. */
export interface World {
  uuid(): string;
  /** In [0, 1). */
  random(): number;
}

interface Declared {
  readonly least: number;
  /** Default: any number. */
  readonly most?: number;
  call(args: readonly Json[], world: World): Json;
}

/** Lengths that AWS allows. */
const MOST_ITEMS = 1000;
const MOST_LETTERS = 10_000;

const fail = (message: string): never => {
  throw new Error(message);
};

function asArray(value: Json | undefined, name: string): readonly Json[] {
  return Array.isArray(value)
    ? (value as readonly Json[])
    : fail(`Invalid arguments in ${name}: expected an array`);
}

function asText(value: Json | undefined, name: string): string {
  return typeof value === "string" ? value : fail(`Invalid arguments in ${name}: expected a string`);
}

/** Numbers that are not whole are rounded, as AWS does. */
function asInteger(value: Json | undefined, name: string): number {
  return typeof value === "number"
    ? Math.round(value)
    : fail(`Invalid arguments in ${name}: expected a number`);
}

function short(text: string, name: string): string {
  return text.length <= MOST_LETTERS
    ? text
    : fail(`Invalid arguments in ${name}: the string is longer than ${MOST_LETTERS} characters`);
}

/** Every intrinsic function: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
export const FUNCTIONS: Readonly<Record<string, Declared>> = {
  "States.Array": { least: 0, call: (args) => args },
  "States.ArrayPartition": {
    least: 2,
    most: 2,
    call([array, size]) {
      const name = "States.ArrayPartition";
      const items = asArray(array, name);
      const by = asInteger(size, name);
      if (by <= 0) fail(`Invalid arguments in ${name}: the chunk size must be positive`);
      const chunks: Json[] = [];
      for (let at = 0; at < items.length; at += by) chunks.push(items.slice(at, at + by));
      return chunks;
    },
  },
  "States.ArrayContains": {
    least: 2,
    most: 2,
    call: ([array, value = null]) =>
      asArray(array, "States.ArrayContains").some((item) => equals(item, value)),
  },
  "States.ArrayRange": {
    least: 3,
    most: 3,
    call([first, last, step]) {
      const name = "States.ArrayRange";
      const [from, to, by] = [asInteger(first, name), asInteger(last, name), asInteger(step, name)];
      if (by === 0) fail(`Invalid arguments in ${name}: the increment must not be zero`);
      const items: number[] = [];
      for (let value = from; by > 0 ? value <= to : value >= to; value += by) {
        if (items.length === MOST_ITEMS)
          fail(`Invalid arguments in ${name}: the array would have more than ${MOST_ITEMS} items`);
        items.push(value);
      }
      return items;
    },
  },
  "States.ArrayGetItem": {
    least: 2,
    most: 2,
    call([array, index]) {
      const name = "States.ArrayGetItem";
      const item = asArray(array, name)[asInteger(index, name)];
      return item === undefined ? fail(`Invalid arguments in ${name}: the index is out of bounds`) : item;
    },
  },
  "States.ArrayLength": { least: 1, most: 1, call: ([array]) => asArray(array, "States.ArrayLength").length },
  "States.ArrayUnique": {
    least: 1,
    most: 1,
    call([array]) {
      const seen = new Set<string>();
      return asArray(array, "States.ArrayUnique").filter((item) => {
        const text = canonical(item);
        return !seen.has(text) && seen.add(text);
      });
    },
  },
  "States.Base64Encode": {
    least: 1,
    most: 1,
    call: ([text]) =>
      Buffer.from(short(asText(text, "States.Base64Encode"), "States.Base64Encode")).toString("base64"),
  },
  "States.Base64Decode": {
    least: 1,
    most: 1,
    call([text]) {
      const name = "States.Base64Decode";
      const encoded = short(asText(text, name), name);
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded))
        fail(`Invalid arguments in ${name}: the string is not base64`);
      return Buffer.from(encoded, "base64").toString("utf8");
    },
  },
  "States.Hash": {
    least: 2,
    most: 2,
    call([value, algorithm]) {
      const name = "States.Hash";
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const hash = digest(text, asText(algorithm, name));
      if (hash === undefined) return fail(`Invalid arguments in ${name}: unknown algorithm`);
      short(text, name);
      return hash;
    },
  },
  "States.JsonMerge": {
    least: 3,
    most: 3,
    call([first, second, deep]) {
      if (deep !== false) fail("Invalid arguments in States.JsonMerge: deep merges are not supported");
      if (!isObject(first) || !isObject(second))
        return fail("Invalid arguments in States.JsonMerge: expected JSON objects");
      return { ...first, ...second };
    },
  },
  "States.StringToJson": {
    least: 1,
    most: 1,
    call([text]) {
      const json = asText(text, "States.StringToJson");
      if (json.trim() === "") return null;
      try {
        return readJson(json) as Json;
      } catch {
        return fail("Invalid arguments in States.StringToJson: the string is not JSON");
      }
    },
  },
  "States.JsonToString": { least: 1, most: 1, call: ([value]) => JSON.stringify(value) },
  "States.MathRandom": {
    least: 2,
    most: 3,
    call([from, to, seed], world) {
      const name = "States.MathRandom";
      const [start, end] = [asInteger(from, name), asInteger(to, name)];
      if (end <= start) fail(`Invalid arguments in ${name}: the end must be greater than the start`);
      const at = seed === undefined ? world.random() : drawn(asInteger(seed, name));
      return start + Math.floor(at * (end - start));
    },
  },
  "States.MathAdd": {
    least: 2,
    most: 2,
    call: ([a, b]) => asInteger(a, "States.MathAdd") + asInteger(b, "States.MathAdd"),
  },
  "States.StringSplit": {
    least: 2,
    most: 2,
    call([text, delimiters]) {
      const name = "States.StringSplit";
      const letters = new Set(asText(delimiters, name));
      const parts = [""];
      for (const letter of asText(text, name)) {
        if (letters.has(letter)) parts.push("");
        else parts[parts.length - 1] += letter;
      }
      return parts.filter((part) => part !== "");
    },
  },
  "States.UUID": { least: 0, most: 0, call: (_, world) => world.uuid() },
  "States.Format": {
    least: 1,
    call([template, ...values]) {
      const name = "States.Format";
      let used = 0;
      const text = asText(template, name).replace(/\\([{}])|\{\}/g, (_, escaped: string | undefined) => {
        if (escaped !== undefined) return escaped;
        const value = values[used++];
        return value === undefined
          ? fail(`Invalid arguments in ${name}: there are more placeholders than values`)
          : formatted(value);
      });
      if (used < values.length) fail(`Invalid arguments in ${name}: there are more values than placeholders`);
      return text;
    },
  },
};

/** As Java writes what is in a collection: `{Id=1, Tags=[a, b]}`. */
function formatted(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(formatted).join(", ")}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${formatted(member)}`)
      .join(", ")}}`;
  return String(value);
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}
