/**
 * JSONPath as steps' outputs use it: `$.Queue.Arn`, `$['a']`, `$.Items[0].Id`, `$.Items[*].Id`, `$..Id`.
 * One value is itself, several are a list; nothing is undefined.
 * @throws Error for what is none of these
 */
export function select(selector: string, value: unknown): unknown {
  const steps = [...selector.matchAll(STEP)];
  if (!selector.startsWith("$") || steps.map(([text]) => text).join("") !== selector.slice(1))
    throw new Error(`The selector ${selector} is not supported.`);
  let found: unknown[] = [value];
  let isList = false;
  for (const [, deep, name, quoted, index] of steps) {
    isList ||= deep === ".." || name === "*" || index === "*";
    const from = deep === ".." ? found.flatMap((one) => descendants(one, 0)) : found;
    found = from.flatMap((one) => children(one, name ?? quoted, index));
  }
  return isList ? found : found[0];
}

const STEP = /(?:(\.\.?)([\w-]+|\*)|\[['"]([^'"]+)['"]\]|\[(\d+|\*)\])/g;
const DEEPEST = 100;

function children(value: unknown, name: string | undefined, index: string | undefined): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (name === "*" || index === "*") return Object.values(value);
  const key = name ?? index ?? "";
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}

function descendants(value: unknown, depth: number): unknown[] {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return [];
  return [value, ...Object.values(value).flatMap((one) => descendants(one, depth + 1))];
}
