import { templateError } from "../errors.ts";
import { isMap, type Value, type Values } from "../sam/value.ts";
import {
  attributeParts,
  BASE64_ARGUMENT,
  EQUALS_ARGUMENTS,
  FIND_IN_MAP_ARGUMENTS,
  functionOf,
  GET_ATT_ARGUMENTS,
  JOIN_ARGUMENTS,
  NOT_ARGUMENT,
  REF_ARGUMENT,
  SELECT_ARGUMENTS,
  SPLIT_ARGUMENTS,
  SUB_ARGUMENTS,
} from "./functions.ts";
import { referencesIn } from "./references.ts";

/* What can be seen of the arguments of functions before any of them is evaluated: a template that has a wrong one is refused at once. */

/** What there is to look at beside an argument. */
interface Beside {
  readonly mappings: Values;
  readonly resources: Readonly<Record<string, unknown>>;
  /** With `AWS::LanguageExtensions` some functions take more. */
  readonly isExtended: boolean;
}

/** What is wrong with an argument, in CloudFormation's words. */
type Check = (argument: Value, beside: Beside) => string | undefined;

const isFunction = (value: Value | undefined): boolean => functionOf(value) !== undefined;
const isText = (value: Value | undefined): boolean => typeof value === "string" && value !== "";
const isList = (value: Value | undefined): boolean => Array.isArray(value) || isFunction(value);

const CHECKS: Readonly<Record<string, Check>> = {
  Ref: (argument, { isExtended }) =>
    typeof argument === "string" || (isExtended && isFunction(argument)) ? undefined : REF_ARGUMENT,

  "Fn::GetAtt"(argument, { isExtended }) {
    const parts = attributeParts(argument);
    if (typeof argument === "string")
      return parts.length === 2 && parts.every(isText)
        ? undefined
        : "if specifying one argument to Fn::GetAtt, that argument must be a non-empty string in format <LogicalId>.<Attribute>";
    const [id, attribute] = parts;
    const isNamed = isText(id) || (isExtended && isFunction(id));
    const isWhole = parts.length === 2 && isNamed && (isText(attribute) || isFunction(attribute));
    return isWhole ? undefined : GET_ATT_ARGUMENTS;
  },

  "Fn::Sub"(argument) {
    if (!Array.isArray(argument)) return typeof argument === "string" ? undefined : SUB_ARGUMENTS;
    const [text, variables] = argument;
    return argument.length === 2 && typeof text === "string" && isMap(variables) ? undefined : SUB_ARGUMENTS;
  },

  "Fn::Join": (argument) =>
    Array.isArray(argument) && argument.length === 2 && typeof argument[0] === "string" && isList(argument[1])
      ? undefined
      : JOIN_ARGUMENTS,

  "Fn::Split": (argument) => (Array.isArray(argument) && argument.length === 2 ? undefined : SPLIT_ARGUMENTS),

  "Fn::Select"(argument) {
    if (!Array.isArray(argument) || argument.length !== 2) return SELECT_ARGUMENTS;
    const [index, items] = argument;
    const isLiteral = Array.isArray(items) && items.every((item) => !isMap(item)) && !isMap(index);
    const at = Number(index);
    return isLiteral && !(Number.isInteger(at) && at >= 0 && at < items.length)
      ? SELECT_ARGUMENTS
      : undefined;
  },

  "Fn::FindInMap"(argument, { mappings, isExtended }) {
    const most = isExtended ? 4 : 3;
    const isKey = (one: Value) => isFunction(one) || typeof one !== "object";
    if (!Array.isArray(argument) || argument.length < 3 || argument.length > most)
      return FIND_IN_MAP_ARGUMENTS;
    const [map, top, second] = argument.slice(0, 3) as [Value, Value, Value];
    if (![map, top, second].every(isKey)) return FIND_IN_MAP_ARGUMENTS;
    const isIn = (at: Value | undefined, key: Value) =>
      typeof key === "object" || (isMap(at) && Object.hasOwn(at, String(key)));
    if (argument.length === 4 || typeof map === "object") return undefined;
    const level = mappings[String(map)];
    if (!isIn(mappings, map)) return missingMapping(String(map));
    if (typeof top === "object") return undefined;
    const found = isMap(level) ? level[String(top)] : undefined;
    return isIn(level, top) && isIn(found, second) ? undefined : missingKey(map, top, second);
  },

  "Fn::If"(argument) {
    if (!Array.isArray(argument) || (typeof argument[0] !== "string" && !isFunction(argument[0])))
      return "Fn::If requires a list argument with the first element being a condition";
    return argument.length === 3 ? undefined : "Fn::If requires a list argument with three elements";
  },

  "Fn::Equals": (argument) =>
    Array.isArray(argument) && argument.length === 2 ? undefined : EQUALS_ARGUMENTS,

  "Fn::Not": (argument) => (Array.isArray(argument) && argument.length === 1 ? undefined : NOT_ARGUMENT),

  "Fn::Base64": (argument) =>
    typeof argument !== "object" || isFunction(argument) ? undefined : BASE64_ARGUMENT,

  "Fn::GetAZs": (argument) =>
    typeof argument === "string" || isFunction(argument)
      ? undefined
      : "every Fn::GetAZs object must have a String-typed value.",

  "Fn::ImportValue"(argument, { resources }) {
    const { refs, attributes } = referencesIn(argument);
    const isOfResources = attributes.size > 0 || [...refs].some((name) => Object.hasOwn(resources, name));
    return isOfResources || uses(argument, /^Fn::(?:ImportValue|GetAZs)$/)
      ? "the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"
      : undefined;
  },
};

const missingMapping = (name: string): string =>
  `Mapping named '${name}' is not present in the 'Mappings' section of template.`;

const missingKey = (map: Value, top: Value, second: Value): string =>
  `Unable to get mapping for ${String(map)}::${String(top)}::${typeof second === "object" ? JSON.stringify(second) : String(second)}`;

function uses(value: Value, names: RegExp): boolean {
  if (Array.isArray(value)) return value.some((item) => uses(item, names));
  if (!isMap(value)) return false;
  return Object.entries(value).some(([name, item]) => names.test(name) || uses(item, names));
}

/** @throws ValidationError for the first argument that no value can make right */
export function checkArguments(value: Value | undefined, beside: Beside): void {
  if (Array.isArray(value)) for (const item of value) checkArguments(item, beside);
  if (!isMap(value)) return;
  const name = functionOf(value);
  const check = name === undefined ? undefined : CHECKS[name];
  const wrong = check?.(value[name as string] as Value, beside);
  if (wrong !== undefined) throw templateError(wrong);
  for (const item of Object.values(value)) checkArguments(item, beside);
}
