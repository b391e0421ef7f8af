import { setOwn } from "../../../core/own.ts";
import { templateError } from "../errors.ts";
import { isMap, type Value, type Values } from "../sam/value.ts";

/** What a change set cannot know before it is executed. */
export const UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}";

/** What functions ask for beside their arguments. */
export interface Scope {
  /** The value of a parameter, a pseudo parameter or a resource. @throws for a name that is none; undefined is `AWS::NoValue` */
  ref(name: string): Value | undefined;
  getAtt(logicalId: string, attribute: string): Value;
  condition(name: string): boolean;
  readonly mappings: Values;
  importValue(name: string): Value;
  stackOutput?(stack: string, output: string): Value;
  readonly region: string;
  zones(region: string): readonly string[];
  /** With `AWS::LanguageExtensions` some functions take more. */
  readonly isExtended?: boolean;
}

type Function = (argument: Value, scope: Scope) => Value | undefined;

/** The name of the function that a map is, if it is one. */
export function functionOf(value: unknown): string | undefined {
  if (!isMap(value)) return undefined;
  const names = Object.keys(value);
  const [name] = names;
  if (names.length !== 1 || name === undefined) return undefined;
  return name === "Ref" || name === "Condition" || Object.hasOwn(FUNCTIONS, name) ? name : undefined;
}

/** A value with all its functions evaluated; undefined when nothing is left of it (`AWS::NoValue`). */
export function evaluate(value: Value, scope: Scope): Value | undefined {
  if (Array.isArray(value)) {
    const items: Value[] = [];
    for (const item of value) {
      const is = evaluate(item, scope);
      if (is !== undefined) items.push(is);
    }
    return items;
  }
  if (!isMap(value)) return value;
  const name = functionOf(value);
  if (name === "Ref") return scope.ref(textOf(value["Ref"], scope));
  if (name !== undefined && name !== "Condition") return limited(FUNCTIONS[name]!(value[name]!, scope));
  const map: Values = {};
  for (const [key, item] of Object.entries(value)) {
    const is = evaluate(item, scope);
    if (is !== undefined) setOwn(map, key, is);
  }
  return map;
}

/** What a template makes may be no longer than a template: a few letters would become gigabytes. */
const LONGEST_TEXT = 1_000_000;

function limited(value: Value | undefined): Value | undefined {
  if (typeof value === "string" && value.length > LONGEST_TEXT) throw tooLong();
  return value;
}

const tooLong = () => templateError(`A function makes a text of more than ${LONGEST_TEXT} letters.`);

/** Is a condition of a template true? */
export function isTrue(value: Value, scope: Scope): boolean {
  if (isMap(value)) {
    const name = functionOf(value);
    const argument = name === undefined ? undefined : value[name];
    if (name === "Condition") return scope.condition(String(argument));
    if (name === "Fn::And" || name === "Fn::Or") {
      const all = Array.isArray(argument) ? argument : [];
      if (all.length < 2 || all.length > 10)
        throw templateError(
          `every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`,
        );
      return name === "Fn::And"
        ? all.every((one) => isTrue(one, scope))
        : all.some((one) => isTrue(one, scope));
    }
    if (name === "Fn::Not") {
      if (!Array.isArray(argument) || argument.length !== 1) throw templateError(NOT_ARGUMENT);
      return !isTrue(argument[0]!, scope);
    }
    if (name === "Fn::Equals") {
      if (!Array.isArray(argument) || argument.length !== 2) throw templateError(EQUALS_ARGUMENTS);
      const [a, b] = argument.map((one) => evaluate(one, scope));
      return textual(a) === textual(b);
    }
  }
  const is = evaluate(value, scope);
  return is === true || is === "true";
}

const textual = (value: Value | undefined): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

function textOf(value: Value | undefined, scope: Scope): string {
  const is = typeof value === "string" || !scope.isExtended ? value : evaluate(value ?? null, scope);
  if (typeof is !== "string") throw templateError(REF_ARGUMENT);
  return is;
}

const isUnknown = (value: Value | undefined): boolean =>
  value === UNKNOWN || (Array.isArray(value) && value.some(isUnknown));

export const REF_ARGUMENT = "every Ref object must have a single String value.";
export const GET_ATT_ARGUMENTS =
  "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute";
export const EQUALS_ARGUMENTS = "every Fn::Equals object requires a list of 2 string parameters.";
export const NOT_ARGUMENT = "every Fn::Not object requires one boolean parameter.";
export const BASE64_ARGUMENT = "every Fn::Base64 object must have a String-typed value.";
export const FIND_IN_MAP_ARGUMENTS =
  "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value";
export const SPLIT_ARGUMENTS =
  "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.";
export const JOIN_ARGUMENTS =
  "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.";
export const SELECT_ARGUMENTS =
  "Fn::Select requires a list argument with two elements: an integer index and a list";
export const SUB_ARGUMENTS =
  "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string";

/** `${Name}`, `${Name.Attribute}`; `${!Literal}` stays as `${Literal}`. */
export const SUBSTITUTION = /\$\{([^}]*)\}/g;

export const FUNCTIONS: Readonly<Record<string, Function>> = {
  "Fn::GetAtt"(argument, scope) {
    const [id, ...rest] = attributeParts(argument);
    const attribute = rest.map((part) => (typeof part === "string" ? part : evaluate(part, scope)));
    if (typeof id !== "string" || attribute.length === 0) throw templateError(GET_ATT_ARGUMENTS);
    return scope.getAtt(id, attribute.map(String).join("."));
  },

  "Fn::Sub"(argument, scope) {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    if (
      typeof text !== "string" ||
      !isMap(variables ?? {}) ||
      (Array.isArray(argument) && argument.length !== 2)
    )
      throw templateError(SUB_ARGUMENTS);
    const own = variables as Values;
    let isOpen = false;
    const made = text.replace(SUBSTITUTION, (_, inside: string) => {
      if (inside.startsWith("!")) return `\${${inside.slice(1)}}`;
      const name = inside.trim();
      const dot = name.indexOf(".");
      const value = Object.hasOwn(own, name)
        ? evaluate(own[name]!, scope)
        : dot < 0
          ? scope.ref(name)
          : scope.getAtt(name.slice(0, dot), name.slice(dot + 1));
      if (isUnknown(value)) isOpen = true;
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        throw templateError("Fn::Sub expression does not resolve to a string");
      return Array.isArray(value) ? value.join(",") : String(value ?? "");
    });
    return isOpen ? UNKNOWN : made;
  },

  "Fn::Join"(argument, scope) {
    if (!Array.isArray(argument) || argument.length !== 2 || typeof argument[0] !== "string")
      throw templateError(JOIN_ARGUMENTS);
    const items = evaluate(argument[1]!, scope);
    if (isUnknown(items)) return UNKNOWN;
    if (!Array.isArray(items)) throw templateError(JOIN_ARGUMENTS);
    if ((items.length - 1) * argument[0].length > LONGEST_TEXT) throw tooLong();
    return items.map((item) => (isMap(item) ? JSON.stringify(item) : String(item))).join(argument[0]);
  },

  "Fn::Split"(argument, scope) {
    if (!Array.isArray(argument) || argument.length !== 2) throw templateError(SPLIT_ARGUMENTS);
    const [delimiter, text] = argument.map((one) => evaluate(one, scope));
    if (isUnknown(text)) return UNKNOWN;
    if (typeof delimiter !== "string" || delimiter === "" || typeof text !== "string")
      throw templateError(SPLIT_ARGUMENTS);
    return text.split(delimiter);
  },

  "Fn::Select"(argument, scope) {
    if (!Array.isArray(argument) || argument.length !== 2) throw templateError(SELECT_ARGUMENTS);
    const [at, all] = argument.map((one) => evaluate(one, scope));
    if (isUnknown(at) || all === UNKNOWN) return UNKNOWN;
    const index = Number(at);
    const items = typeof all === "string" ? all.split(",") : all;
    if (!Array.isArray(items) || !Number.isInteger(index)) throw templateError(SELECT_ARGUMENTS);
    if (index < 0 || index >= items.length)
      throw templateError(`Fn::Select cannot select nonexistent value at index ${index}`);
    return items[index];
  },

  "Fn::Base64"(argument, scope) {
    const text = evaluate(argument, scope);
    if (isUnknown(text)) return UNKNOWN;
    if (typeof text === "object") throw templateError(BASE64_ARGUMENT);
    return Buffer.from(String(text)).toString("base64");
  },

  "Fn::Cidr"(argument, scope) {
    const all = evaluate(argument, scope);
    if (isUnknown(all)) return UNKNOWN;
    const [block, count, bits = 8] = Array.isArray(all) ? all : [];
    return cidrs(String(block), Number(count), Number(bits));
  },

  "Fn::FindInMap"(argument, scope) {
    if (!Array.isArray(argument) || argument.length < 3 || argument.length > 4)
      throw templateError(FIND_IN_MAP_ARGUMENTS);
    const keys = argument.slice(0, 3).map((one) => evaluate(one, scope));
    if (keys.some(isUnknown)) return UNKNOWN;
    const [map, top, second] = keys.map(String) as [string, string, string];
    const options = argument[3];
    const fallback =
      isMap(options) && Object.hasOwn(options, "DefaultValue") ? options["DefaultValue"] : undefined;
    const level = (at: Value | undefined, key: string) =>
      isMap(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    const found = level(level(level(scope.mappings, map), top), second);
    if (found !== undefined) return found;
    if (fallback !== undefined) return evaluate(fallback, scope);
    if (!Object.hasOwn(scope.mappings, map))
      throw templateError(`Mapping named '${map}' is not present in the 'Mappings' section of template.`);
    throw templateError(`Unable to get mapping for ${map}::${top}::${second}`);
  },

  "Fn::ImportValue"(argument, scope) {
    const name = evaluate(argument, scope);
    if (isUnknown(name)) return UNKNOWN;
    return scope.importValue(String(name));
  },

  "Fn::GetStackOutput"(argument, scope) {
    const given = evaluate(argument, scope);
    const [stack, output] = isMap(given)
      ? [given["StackName"], given["OutputName"] ?? given["OutputKey"]]
      : Array.isArray(given)
        ? given
        : [];
    if (!scope.stackOutput || typeof stack !== "string" || typeof output !== "string")
      throw templateError("Fn::GetStackOutput requires a stack's name and an output's");
    return scope.stackOutput(stack, output);
  },

  "Fn::GetAZs"(argument, scope) {
    const region = evaluate(argument, scope);
    return [...scope.zones(typeof region === "string" && region !== "" ? region : scope.region)];
  },

  "Fn::If"(argument, scope) {
    if (!Array.isArray(argument) || argument.length !== 3)
      throw templateError("Fn::If requires a list argument with three elements");
    const [name, yes, no] = argument as [Value, Value, Value];
    const holds = typeof name === "string" ? scope.condition(name) : isTrue(name, scope);
    return evaluate(holds ? yes : no, scope);
  },

  "Fn::Length"(argument, scope) {
    const items = evaluate(argument, scope);
    if (isUnknown(items)) return UNKNOWN;
    if (!Array.isArray(items)) throw templateError("Fn::Length requires a list");
    return items.length;
  },

  "Fn::ToJsonString"(argument, scope) {
    const is = evaluate(argument, scope);
    if (typeof is !== "object" || is === null)
      throw templateError("Fn::ToJsonString requires an object or an array");
    const text = JSON.stringify(is);
    return text.includes(UNKNOWN) ? UNKNOWN : text;
  },

  "Fn::And": (argument, scope) => isTrue({ "Fn::And": argument }, scope),
  "Fn::Or": (argument, scope) => isTrue({ "Fn::Or": argument }, scope),
  "Fn::Not": (argument, scope) => isTrue({ "Fn::Not": argument }, scope),
  "Fn::Equals": (argument, scope) => isTrue({ "Fn::Equals": argument }, scope),
};

/** The parts of a `Fn::GetAtt`: `A.B.C` or `[A, B]`. */
export function attributeParts(argument: Value): Value[] {
  if (Array.isArray(argument)) return argument;
  if (typeof argument !== "string") return [];
  const dot = argument.indexOf(".");
  return dot < 0 ? [argument] : [argument.slice(0, dot), argument.slice(dot + 1)];
}

/** The first `count` blocks with so many host bits in a block. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html */
function cidrs(block: string, count: number, hostBits: number): string[] {
  const [address = "", length = ""] = block.split("/");
  const isSix = address.includes(":");
  const size = isSix ? 128 : 32;
  const mask = size - hostBits;
  const base = isSix ? fromSix(address) : fromFour(address);
  if (base === undefined || !(count >= 1 && count <= 256) || mask < Number(length) || mask > size)
    throw templateError(`Fn::Cidr block ${block} cannot be divided into ${count} blocks of ${hostBits} bits`);
  const step = 1n << BigInt(hostBits);
  const room = 1n << BigInt(size - Number(length));
  if (step * BigInt(count) > room)
    throw templateError(`Fn::Cidr block ${block} cannot be divided into ${count} blocks of ${hostBits} bits`);
  const start = base - (base % room);
  return Array.from({ length: count }, (_, n) => {
    const at = start + step * BigInt(n);
    return `${isSix ? toSix(at) : toFour(at)}/${mask}`;
  });
}

function fromFour(text: string): bigint | undefined {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

const toFour = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");

function fromSix(text: string): bigint | undefined {
  const [head = "", tail] = text.split("::");
  const left = head.split(":").filter(Boolean);
  const right = (tail ?? "").split(":").filter(Boolean);
  const missing = 8 - left.length - right.length;
  if (missing < 0 || (tail === undefined && missing > 0)) return undefined;
  const all = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  return all.reduce((sum, part) => (sum << 16n) + BigInt(Number.parseInt(part, 16)), 0n);
}

const toSix = (value: bigint): string =>
  Array.from({ length: 8 }, (_, n) => ((value >> BigInt(112 - n * 16)) & 0xffffn).toString(16))
    .join(":")
    .replace(/(?:^|:)0(?::0)+(?::|$)/, "::");
