import { linearRegex, RegexError } from "../../../core/regex.ts";
import { HIDDEN } from "../../../core/secret-names.ts";
import { validationError } from "../errors.ts";
import type { Value, Values } from "../sam/value.ts";
import { UNKNOWN } from "./functions.ts";
import type { Template } from "./template.ts";

/** A parameter's value in a stack. */
export interface ParameterValue {
  /** As it was given, or its default. */
  readonly value: string;
  /** What a Systems Manager parameter of that name had. */
  readonly resolved?: string;
  /** `NoEcho`: it is shown to nobody. */
  readonly isHidden?: true;
}

export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** As calls give them. */
export interface GivenParameter {
  readonly ParameterKey?: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean;
}

const isListType = (type: string): boolean => /^(?:CommaDelimitedList|List<.*>)$/.test(innerType(type));

/** `AWS::SSM::Parameter::Value<List<String>>` → `List<String>` */
const innerType = (type: string): string => /^AWS::SSM::Parameter::Value<(.*)>$/.exec(type)?.[1] ?? type;

const isFromSsm = (type: string): boolean => type.startsWith("AWS::SSM::Parameter::Value<");

const KNOWN_TYPE =
  /^(?:String|Number|CommaDelimitedList|List<(?:Number|String|AWS::[\w:]+)>|AWS::EC2::[\w:]+|AWS::Route53::HostedZone::Id|AWS::SSM::Parameter::Name|AWS::SSM::Parameter::Value<.+>)$/;

/**
 * The values of a template's parameters.
 * @param lookUp the value of a Systems Manager parameter
 * @throws ValidationError with all that are missing, or with the first that does not fit
 */
export async function parameterValues(
  { parameters }: Pick<Template, "parameters">,
  given: readonly GivenParameter[],
  previous: ParameterValues,
  lookUp: (name: string) => Promise<string>,
): Promise<ParameterValues> {
  const values: Record<string, ParameterValue> = {};
  const byName = new Map(given.map((one) => [one.ParameterKey ?? "", one]));
  const strangers = [...byName.keys()].filter((name) => !Object.hasOwn(parameters, name));
  if (strangers.length > 0)
    throw validationError(`Parameters: [${strangers.join(", ")}] do not exist in the template`);
  const missing: string[] = [];
  for (const [name, declared] of Object.entries(parameters)) {
    const type = String(declared["Type"]);
    if (!KNOWN_TYPE.test(type))
      throw validationError(`Template format error: Unrecognized parameter type: ${type}`);
    const one = byName.get(name);
    if (one?.UsePreviousValue && previous[name] === undefined)
      throw validationError(
        `Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    const value = one?.UsePreviousValue
      ? previous[name]!.value
      : (one?.ParameterValue ?? defaultOf(declared));
    if (value === undefined) {
      if (isFromSsm(type))
        throw validationError(`Parameter ${name} should either have input value or default value`);
      missing.push(name);
      continue;
    }
    // What a change set of a nested stack cannot know yet is looked at when it is carried out.
    if (!value.includes(UNKNOWN)) check(name, value, declared);
    values[name] = {
      value,
      ...(isFromSsm(type) && { resolved: await lookUp(value) }),
      ...(isHidden(declared) && { isHidden: true }),
    };
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(", ")}] must have values`);
  return values;
}

function defaultOf(declared: Values): string | undefined {
  const value = declared["Default"];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.join(",") : String(value);
}

function check(name: string, value: string, declared: Values): void {
  const described = declared["ConstraintDescription"];
  const refuse = (rule: string) =>
    validationError(
      described === undefined
        ? `Parameter '${name}' ${rule}`
        : `Parameter '${name}' failed to satisfy constraint: ${String(described)}`,
    );
  const type = innerType(String(declared["Type"]));
  if (isFromSsm(String(declared["Type"]))) return;
  if (Buffer.byteLength(value) > 4096) throw refuse("must contain at most 4096 bytes");
  const items = isListType(type) ? itemsOf(value) : [value];
  if (
    (type === "Number" || type === "List<Number>") &&
    items.some((item) => item === "" || Number.isNaN(Number(item)))
  )
    throw refuse(type === "Number" ? "must be a number" : "must be a list of numbers");
  const allowed = declared["AllowedValues"];
  if (Array.isArray(allowed) && !items.every((item) => allowed.map(String).includes(item)))
    throw refuse("must be one of AllowedValues");
  const limit = (rule: string) => (declared[rule] === undefined ? undefined : Number(declared[rule]));
  const [least, most] = [limit("MinLength"), limit("MaxLength")];
  if (least !== undefined && value.length < least) throw refuse(`must contain at least ${least} characters`);
  if (most !== undefined && value.length > most) throw refuse(`must contain at most ${most} characters`);
  const [min, max] = [limit("MinValue"), limit("MaxValue")];
  if (min !== undefined && Number(value) < min) throw refuse(`must be a number not less than ${min}`);
  if (max !== undefined && Number(value) > max) throw refuse(`must be a number not greater than ${max}`);
  const pattern = declared["AllowedPattern"];
  if (typeof pattern === "string" && !items.every((item) => fits(pattern, item, name)))
    throw refuse(`must match pattern ${pattern}`);
}

function fits(pattern: string, value: string, name: string): boolean {
  try {
    return linearRegex(pattern).matches(value);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw validationError(
      `Parameter '${name}' has an AllowedPattern that cannot be evaluated: ${error.message}`,
    );
  }
}

const itemsOf = (value: string): string[] =>
  value === "" ? [] : value.split(",").map((item) => item.trim());

/** What `Ref` gives of a parameter. */
export function refOf(declared: Values, { value, resolved }: ParameterValue): Value {
  const text = resolved ?? value;
  return isListType(String(declared["Type"])) ? itemsOf(text) : text;
}

/** Parameters as DescribeStacks and change sets show them. */
export function shownParameters(values: ParameterValues, { parameters }: Pick<Template, "parameters">) {
  return Object.entries(values).map(([ParameterKey, { value, resolved }]) => ({
    ParameterKey,
    ParameterValue: isHidden(parameters[ParameterKey]) ? HIDDEN : value,
    ...(resolved !== undefined && {
      ResolvedValue: isHidden(parameters[ParameterKey]) ? HIDDEN : resolved,
    }),
  }));
}

const isHidden = (declared: Values | undefined): boolean =>
  String(declared?.["NoEcho"]).toLowerCase() === "true";
