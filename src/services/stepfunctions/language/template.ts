import { LanguageError } from "./failure.ts";
import { callIntrinsic, parseIntrinsic } from "./intrinsic.ts";
import type { World } from "./intrinsics.ts";
import { isObject, type Json } from "./json.ts";
import { isPath, PathNotFound, parsePath, type Roots, readPath } from "./json-path.ts";

/**
 * A payload template filled in: members whose names end in `.$` hold a path or an intrinsic function.
 * https://states-language.net/#payload-template
 * @throws LanguageError
 */
export function fillTemplate(template: Json, roots: Roots, world: World): Json {
  if (Array.isArray(template))
    return (template as readonly Json[]).map((item) => fillTemplate(item, roots, world));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith(".$")
        ? [name.slice(0, -2), evaluate(String(value), name, roots, world)]
        : [name, fillTemplate(value, roots, world)],
    ),
  );
}

/**
 * The value of a path or of an intrinsic function.
 * @param field the field that holds it, for what is said when there is none
 * @throws LanguageError
 */
export function evaluate(text: string, field: string, roots: Roots, world: World): Json {
  try {
    if (text.startsWith("$")) return readPath(parsePath(text), roots);
    const call = parseIntrinsic(text);
    if (call === undefined)
      throw new LanguageError(
        `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`,
      );
    return callIntrinsic(call, roots, world);
  } catch (error) {
    if (error instanceof LanguageError && error.error === "States.IntrinsicFailure")
      throw new LanguageError(
        `The function '${text}' had the following error: ${error.message}`,
        error.error,
      );
    if (!(error instanceof PathNotFound)) throw error;
    throw new LanguageError(
      `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(roots.input)}'`,
    );
  }
}

/** Is a text what a member whose name ends in `.$` may hold? */
export const isExpression = (text: unknown): boolean =>
  typeof text === "string" && (text.startsWith("$") ? isPath(text) : parseIntrinsic(text) !== undefined);
