import { AwsError } from "../../../core/aws-error.ts";
import { BoundedMap } from "../../../core/bounded-map.ts";
import { type AttributeValue, admit } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import { type Condition, resolveCondition } from "./condition.ts";
import { type ParsedCondition, parseCondition } from "./condition-parser.ts";
import { type KeyConditions, keyConditionsOf } from "./key-condition.ts";
import { ExpressionError } from "./lexer.ts";
import { type Path, Placeholders } from "./placeholders.ts";
import { parseProjection, resolveProjection } from "./projection.ts";
import type { PathSyntax } from "./syntax.ts";
import { type Clause, resolveUpdate } from "./update.ts";
import { type ParsedUpdate, parseUpdate } from "./update-parser.ts";

/** The members of a request that have to do with expressions. */
export interface ExpressionInput {
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** A request's expressions, ready to be used. */
export interface Expressions {
  readonly update?: readonly Clause[];
  readonly condition?: Condition;
  readonly keyConditions?: KeyConditions;
  readonly filter?: Condition;
  readonly projection?: readonly Path[];
}

const MOST_EXPRESSION_BYTES = 4096;
const MOST_VALUE_BYTES = 2 * 1024 * 1024;
const NONE: Expressions = {};

type Kind = "Update" | "Condition" | "KeyCondition" | "Filter" | "Projection";

/** Parses, checks and fills in all expressions of a request, in AWS's order. Throws ValidationException. */
export function readExpressions(input: ExpressionInput): Expressions {
  const names = input.ExpressionAttributeNames;
  const given =
    input.UpdateExpression ??
    input.ConditionExpression ??
    input.KeyConditionExpression ??
    input.FilterExpression ??
    input.ProjectionExpression;
  if (given === undefined && !names && !input.ExpressionAttributeValues) return NONE;
  checkNames(names);
  const values = admitValues(input.ExpressionAttributeValues);
  const placeholders = new Placeholders(names, values);
  const read = <Parsed, Ready>(
    kind: Kind,
    source: string | undefined,
    parse: (source: string) => Parsed,
    resolve: (parsed: Parsed, placeholders: Placeholders) => Ready,
  ): Ready | undefined => {
    if (source === undefined) return undefined;
    try {
      return resolve(parsedOnce(kind, source, parse), placeholders);
    } catch (error) {
      if (error instanceof ExpressionError) throw invalid(`Invalid ${kind}Expression: ${error.message}`);
      throw error;
    }
  };
  const update = read<ParsedUpdate, Clause[]>("Update", input.UpdateExpression, parseUpdate, resolveUpdate);
  const condition = read<ParsedCondition, Condition>(
    "Condition",
    input.ConditionExpression,
    parseCondition,
    resolveCondition,
  );
  const keyCondition = read("KeyCondition", input.KeyConditionExpression, parseCondition, resolveCondition);
  const filter = read("Filter", input.FilterExpression, parseCondition, resolveCondition);
  const projection = read<PathSyntax[], Path[]>(
    "Projection",
    input.ProjectionExpression,
    parseProjection,
    resolveProjection,
  );
  refuseUnused("Names", placeholders.unusedNames());
  refuseUnused("Values", placeholders.unusedValues());
  return {
    ...(update && { update }),
    ...(condition && { condition }),
    ...(keyCondition && { keyConditions: readKeyConditions(keyCondition) }),
    ...(filter && { filter }),
    ...(projection && { projection }),
  };
}

function readKeyConditions(condition: Condition): KeyConditions {
  try {
    return keyConditionsOf(condition);
  } catch (error) {
    if (error instanceof ExpressionError) throw invalid(error.message);
    throw error;
  }
}

/** Texts repeat from request to request, so what was parsed is kept, by its grammar. */
const parsedTexts = {
  Condition: new BoundedMap<unknown>(1000),
  Update: new BoundedMap<unknown>(1000),
  Projection: new BoundedMap<unknown>(1000),
};

function parsedOnce<Parsed>(kind: Kind, source: string, parse: (source: string) => Parsed): Parsed {
  const texts = parsedTexts[kind === "Update" || kind === "Projection" ? kind : "Condition"];
  const known = texts.get(source);
  if (known) return known as Parsed;
  if (source === "") throw new ExpressionError("The expression can not be empty;");
  if (source.length > MOST_EXPRESSION_BYTES / 3) {
    const size = Buffer.byteLength(source);
    if (size > MOST_EXPRESSION_BYTES)
      throw new ExpressionError(
        `Expression size has exceeded the maximum allowed size; expression size: ${size}`,
      );
  }
  const parsed = parse(source);
  texts.set(source, parsed);
  return parsed;
}

function checkNames(names: ExpressionInput["ExpressionAttributeNames"]): void {
  if (!names) return;
  const entries = Object.entries(names);
  if (entries.length === 0) throw invalid("ExpressionAttributeNames must not be empty");
  for (const [key, name] of entries) {
    if (!/^#[0-9a-zA-Z_]+$/.test(key))
      throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`);
    if (name === "")
      throw invalid(
        `ExpressionAttributeNames contains invalid value: An attribute name may not be empty; key: "${key}"`,
      );
    if (name.length > 65_535)
      throw invalid(
        `ExpressionAttributeNames contains invalid value: Expression attribute name exceeds the maximum size limit of 65535 bytes; key: "${key}"`,
      );
  }
}

/** Checks them; the very same when their numbers are in normal form. */
function admitValues(values: ExpressionInput["ExpressionAttributeValues"]): typeof values {
  if (!values) return undefined;
  const entries = Object.entries(values);
  if (entries.length === 0) throw invalid("ExpressionAttributeValues must not be empty");
  for (const [key] of entries) {
    if (!/^:[0-9a-zA-Z_]+$/.test(key))
      throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`);
  }
  let size = 0;
  let copy: Record<string, AttributeValue> | undefined;
  for (const [key, value] of entries) {
    try {
      const admitted = admit(value);
      size += admitted.size;
      if (admitted.normal !== value) {
        copy ??= { ...values };
        copy[key] = admitted.normal;
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
    }
  }
  if (size > MOST_VALUE_BYTES)
    throw invalid("ExpressionAttributeValues size exceeds the maximum allowed size of 2097152 bytes");
  return copy ?? values;
}

function refuseUnused(kind: "Names" | "Values", unused: readonly string[]): void {
  if (unused.length > 0)
    throw invalid(
      `Value provided in ExpressionAttribute${kind} unused in expressions: keys: {${unused.join(", ")}}`,
    );
}
