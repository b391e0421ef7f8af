/** Checks of parameters that must not come together, or not alone; before any table is looked at. */
import { AwsError } from "../../core/aws-error.ts";
import { twice } from "../../core/twice.ts";
import { admitItem, type Item } from "./attribute-value.ts";
import { emptyName, invalid, invalidParameter } from "./errors.ts";

type Input = object;
const given = (input: Input, name: string) => (input as Record<string, unknown>)[name] !== undefined;

/** Expressions and what was there before them do not mix. */
export function refuseMixed(input: Input, expressions: readonly string[], legacy: readonly string[]): void {
  const used = expressions.filter((name) => given(input, name));
  if (used.length > 0) {
    const old = legacy.filter((name) => given(input, name));
    if (old.length > 0)
      throw invalid(
        `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(", ")}} Expression parameters: {${used.join(", ")}}`,
      );
  } else if (given(input, "ExpressionAttributeNames")) {
    throw invalid("ExpressionAttributeNames can only be specified when using expressions");
  }
  const withValues = expressions.filter((name) => name !== "ProjectionExpression");
  if (
    given(input, "ExpressionAttributeValues") &&
    withValues.length > 0 &&
    !withValues.some((name) => given(input, name))
  )
    throw invalid(
      `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(" and ")} ${withValues.length > 1 ? "are" : "is"} null`,
    );
}

/** AttributesToGet names each attribute once. */
export function refuseDuplicates(names: readonly string[] | undefined): void {
  if (names?.includes("")) throw emptyName();
  const duplicate = names && twice(names);
  if (duplicate !== undefined) throw invalidParameter(`Duplicate value in attribute name: ${duplicate}`);
}

/** Checks an ExclusiveStartKey's values, and has its numbers in normal form; most complaints get a beginning of their own. */
export function admitStartKey(key: Item | undefined): Item | undefined {
  if (!key) return undefined;
  try {
    return admitItem(key).normal;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const bare = /contains duplicates|number set|numeric value|significant digits|number with magnitude/;
    throw bare.test(error.message)
      ? error
      : invalid(`The provided starting key is invalid: ${error.message}`);
  }
}
