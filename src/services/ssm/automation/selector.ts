import { readJson } from "../../../core/read-json.ts";
/**
 * JSONPath as steps' outputs use it: `$.Queue.Arn`, `$['a']`, `$.Items[0].Id`, `$.Items[-1].Id`, `$.Items[*].Id`, `$..Id`,
 * `$.Tags[?(@.Key == 'app' && @.Value != '')].Value`.
 * One value is itself, several are a list; nothing is undefined.
 * @throws Error for what is none of these
 */
export function select(selector: string, value: unknown): unknown {
  const steps = [...selector.matchAll(STEP)];
  if (!selector.startsWith("$") || steps.map(([text]) => text).join("") !== selector.slice(1))
    throw new Error(`The selector ${selector} is not supported.`);
  let found: unknown[] = [value];
  let isList = false;
  for (const [, deep, name, quoted, index, filter] of steps) {
    isList ||= deep === ".." || name === "*" || index === "*" || filter !== undefined;
    if (filter !== undefined) {
      const holds = condition(filter, selector);
      found = found.flatMap((one) => children(one, "*", undefined).filter(holds));
      continue;
    }
    const from = deep === ".." ? found.flatMap((one) => descendants(one, 0)) : found;
    found = from.flatMap((one) => children(one, name ?? quoted, index));
  }
  return isList ? found : found[0];
}

const STEP =
  /(?:(\.\.?)([\w-]+|\*)|\[['"]([^'"]+)['"]\]|\[(-?\d+|\*)\]|\[\?\(((?:'[^']*'|"[^"]*"|[^'")])+)\)\])/g;
const DEEPEST = 100;

function children(value: unknown, name: string | undefined, index: string | undefined): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (name === "*" || index === "*") return Object.values(value);
  if (index?.startsWith("-") && Array.isArray(value)) return value.slice(Number(index)).slice(0, 1);
  const key = name ?? index ?? "";
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}

function descendants(value: unknown, depth: number): unknown[] {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return [];
  return [value, ...Object.values(value).flatMap((one) => descendants(one, depth + 1))];
}

const TERM =
  /^\s*@((?:\.[\w-]+|\[['"][^'"]+['"]\]|\[-?\d+\])*)\s*(?:(==|!=|<=|>=|<|>)\s*('[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|true|false|null))?\s*$/;

/** What a filter asks of an item: comparisons of its members with literals, by `&&` and `||`. */
function condition(text: string, selector: string): (item: unknown) => boolean {
  const alternatives = outsideQuotes(text, "||").map((part) =>
    outsideQuotes(part, "&&").map((term) => {
      const [isTerm, path = "", operator, literal = ""] = TERM.exec(term) ?? [];
      if (isTerm === undefined) throw new Error(`The selector ${selector} is not supported.`);
      const compares = operator === undefined ? undefined : COMPARISONS[operator];
      const wanted = /^['"]/.test(literal) ? literal.slice(1, -1) : literal && readJson(literal);
      return (item: unknown) => {
        const found = select(`$${path}`, item);
        return compares ? compares(found, wanted) : found !== undefined;
      };
    }),
  );
  return (item) => alternatives.some((terms) => terms.every((holds) => holds(item)));
}

type Comparison = (found: unknown, wanted: unknown) => boolean;

const inOrder =
  (holds: (found: number | string, wanted: number | string) => boolean): Comparison =>
  (found, wanted) =>
    (typeof found === "number" && typeof wanted === "number" && holds(found, wanted)) ||
    (typeof found === "string" && typeof wanted === "string" && holds(found, wanted));

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "==": (found, wanted) => found === wanted,
  "!=": (found, wanted) => found !== wanted,
  "<": inOrder((found, wanted) => found < wanted),
  "<=": inOrder((found, wanted) => found <= wanted),
  ">": inOrder((found, wanted) => found > wanted),
  ">=": inOrder((found, wanted) => found >= wanted),
};

/** A text's parts between separators that do not stand within quotes. */
function outsideQuotes(text: string, separator: "&&" | "||"): string[] {
  const parts = [""];
  for (const piece of text.match(/'[^']*'|"[^"]*"|&&|\|\||[\s\S]/g) ?? []) {
    if (piece === separator) parts.push("");
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
