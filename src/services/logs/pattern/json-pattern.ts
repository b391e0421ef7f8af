import { named } from "../../../core/named.ts";
import { readJson } from "../../../core/read-json.ts";
import { type Extracted, type Pattern, PatternError } from "./compiled.ts";
import { compileCondition } from "./expression.ts";

/** `{ $.eventType = "UpdateTrail" && $.items[0].count > 3 }`: of messages that are JSON objects. */
export function jsonPattern(text: string): Pattern {
  if (!text.endsWith("}")) throw new PatternError("Invalid filter pattern");
  const { condition, selectors } = compileCondition(text.slice(1, -1));
  for (const selector of selectors)
    if (!selector.startsWith("$")) throw new PatternError("Invalid filter pattern");
  return {
    match(message) {
      const document = parse(message);
      if (document === undefined) return undefined;
      if (!condition((selector) => select(document, selector))) return undefined;
      const extracted = named<string>();
      for (const selector of selectors) {
        const value = select(document, selector);
        if (value !== undefined)
          extracted[selector] = typeof value === "string" ? value : JSON.stringify(value);
      }
      return extracted as Extracted;
    },
    value: (message, selector) => {
      const document = parse(message);
      return document === undefined ? undefined : select(document, selector);
    },
  };
}

function parse(message: string): object | undefined {
  // Most messages are no JSON: look before parsing.
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return readJson(message) as object;
  } catch {
    return undefined;
  }
}

const STEP = /\.?(?:\[(?:"([^"]*)"|'([^']*)'|(\d+|\*))\]|([\w-]+))/y;
const steps = new Map<string, readonly string[]>();

/** `$.a.b[0]['c.d']` → its names. */
function stepsOf(selector: string): readonly string[] {
  let found = steps.get(selector);
  if (found) return found;
  const names: string[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < selector.length) {
    const name = STEP.exec(selector)
      ?.slice(1)
      .find((part) => part !== undefined);
    if (name === undefined) throw new PatternError("Invalid filter pattern");
    names.push(name);
  }
  if (steps.size > 5000) steps.clear();
  found = names;
  steps.set(selector, found);
  return found;
}

/** What a selector picks of a document; `undefined` when nothing is there. */
export function select(document: unknown, selector: string): unknown {
  let value = document;
  for (const name of stepsOf(selector)) {
    if (typeof value !== "object" || value === null) return undefined;
    if (name === "*" && Array.isArray(value)) value = value[0];
    else value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}
