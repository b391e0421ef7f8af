import { isMap, type Value, type Values } from "./value.ts";

/*
 * CloudFormation's functions, as the transform writes and recognises them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */

const NO_VALUE: Values = { Ref: "AWS::NoValue" };

export function ref(id: string): Values {
  return { Ref: id };
}

export function getAtt(id: string, attribute: string): Values {
  return { "Fn::GetAtt": [id, attribute] };
}

export function sub(text: string, variables?: Values): Values {
  return { "Fn::Sub": variables ? [text, variables] : text };
}

/** `Fn::If`; without an alternative there is no value. */
export function when(condition: Value, yes: Value, no: Value = { ...NO_VALUE }): Values {
  return { "Fn::If": [condition, yes, no] };
}

/** A map with nothing but one function, `Ref` or `Condition` in it. */
export function isIntrinsic(value: unknown): value is Values {
  const name = onlyName(value);
  return name !== undefined && (name === "Ref" || name === "Condition" || name.startsWith("Fn::"));
}

export function isIf(value: unknown): value is { "Fn::If": Value } {
  return onlyName(value) === "Fn::If";
}

export function isNoValue(value: unknown): boolean {
  return onlyName(value) === "Ref" && (value as Values)["Ref"] === "AWS::NoValue";
}

/** The single name in a map that has one only. */
export function onlyName(value: unknown): string | undefined {
  if (!isMap(value)) return undefined;
  const names = Object.keys(value);
  return names.length === 1 ? names[0] : undefined;
}

/** The logical id that a `Ref` or a `Fn::GetAtt` of one attribute names. */
export function idIn(value: unknown): string | undefined {
  if (!isIntrinsic(value)) return undefined;
  if (typeof value["Ref"] === "string") return value["Ref"];
  const attribute = value["Fn::GetAtt"];
  if (Array.isArray(attribute)) {
    return attribute.length === 2 && typeof attribute[0] === "string" ? attribute[0] : undefined;
  }
  if (typeof attribute !== "string") return undefined;
  const parts = attribute.split(".");
  return parts.length === 2 ? parts[0] : undefined;
}

/** `${Name}` or `${Name.Attribute}`, as `Fn::Sub` has it. */
export function shorthand(reference: Values): string {
  const attribute = reference["Fn::GetAtt"];
  return Array.isArray(attribute) ? `\${${attribute.join(".")}}` : `\${${reference["Ref"]}}`;
}

/** Is this a dynamic reference, `{{resolve:ssm:name}}`? */
export function isDynamicReference(value: unknown): boolean {
  return typeof value === "string" && /^\{\{resolve:([a-z-]+):(.+)\}\}$/s.test(value);
}

/** A condition takes ten others at most. */
const MOST_CONDITIONS = 10;

/** Conditions of which any will do, under one name; of more than ten, some under names with a number. */
export function anyOf(conditions: readonly string[], name: string): Values {
  const made: Values = {};
  let left = [...conditions];
  let number = Math.floor((left.length - 2) / (MOST_CONDITIONS - 1));
  while (left.length > 1) {
    const part = number > 0 ? `${name}${number}` : name;
    number -= 1;
    made[part] = { "Fn::Or": left.slice(0, MOST_CONDITIONS).map((condition) => ({ Condition: condition })) };
    left = [...left.slice(MOST_CONDITIONS), part];
  }
  return made;
}
