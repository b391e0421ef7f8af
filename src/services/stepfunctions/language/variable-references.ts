import { type Definition, languageOf, type State, statesIn } from "./definition.ts";
import { parseIntrinsic, pathsOf } from "./intrinsic.ts";
import { isObject } from "./json.ts";
import { isPath, parsePath } from "./json-path.ts";
import { expressionIn } from "./jsonata.ts";

/** The variables that each state reads, by the state's name; undefined when none reads any. */
export function variableReferences(definition: Definition): Record<string, string[]> | undefined {
  const references: Record<string, string[]> = {};
  for (const { name, state } of statesIn(definition)) {
    const found = new Set<string>();
    for (const [field, value] of Object.entries(state)) {
      if (NESTED.has(field)) continue;
      collect(value, field, languageOf(definition, state) === "JSONata", found);
    }
    if (found.size > 0) references[name] = [...found].sort();
  }
  return Object.keys(references).length > 0 ? references : undefined;
}

const NESTED: ReadonlySet<string> = new Set<keyof State>([
  "Branches",
  "ItemProcessor",
  "Iterator",
  "Comment",
]);

function collect(value: unknown, field: string, isJsonata: boolean, found: Set<string>): void {
  if (typeof value === "string") {
    if (isJsonata) for (const name of inExpression(value)) found.add(name);
    else if (/\.\$$|Path$|^Variable$/.test(field)) for (const name of inPath(value)) found.add(name);
    return;
  }
  if (Array.isArray(value)) for (const item of value) collect(item, field, isJsonata, found);
  else if (isObject(value))
    for (const [name, member] of Object.entries(value)) collect(member, name, isJsonata, found);
}

function inPath(text: string): string[] {
  if (isPath(text)) {
    const { root } = parsePath(text);
    return root === "$" || root === "$$" ? [] : [root];
  }
  const call = parseIntrinsic(text);
  return call
    ? pathsOf(call)
        .map(({ root }) => root)
        .filter((root) => root !== "$" && root !== "$$")
    : [];
}

/** `$name` that is no function's name, no parameter and not `$states`. */
function inExpression(text: string): string[] {
  const expression = expressionIn(text);
  if (expression === undefined) return [];
  const bare = expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[\s\S]*?\*\//g, "''");
  const own = new Set([...bare.matchAll(/\$([A-Za-z_]\w*)\s*:=/g)].map(([, name]) => name));
  for (const [, parameters] of bare.matchAll(/function\s*\(([^)]*)\)/g))
    for (const [, name] of (parameters ?? "").matchAll(/\$([A-Za-z_]\w*)/g)) own.add(name);
  return [...bare.matchAll(/\$([A-Za-z_]\w*)(?!\w)(?!\s*\()/g)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "states" && !own.has(name));
}
