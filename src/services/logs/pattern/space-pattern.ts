import { named } from "../../../core/named.ts";
import { type Pattern, PatternError } from "./compiled.ts";
import { type Condition, compileCondition } from "./expression.ts";

interface Field {
  readonly name: string;
  readonly condition: Condition;
}

const FIELD = /"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)/g;

/** `[ip, user, ..., status = 4*, bytes > 1000]`: of messages whose fields are separated by spaces. */
export function spacePattern(text: string): Pattern {
  if (!text.endsWith("]")) throw new PatternError("Invalid filter pattern");
  const parts = split(text.slice(1, -1));
  const gap = parts.indexOf("...");
  const before = (gap < 0 ? parts : parts.slice(0, gap)).map(fieldOf);
  const behind = gap < 0 ? [] : parts.slice(gap + 1).map(fieldOf);
  if (parts.filter((part) => part === "...").length > 1) throw new PatternError("Invalid filter pattern");
  const anything = parts.length === 0;

  /** The message's values by field name, or undefined when their number does not fit. */
  const assign = (message: string): Record<string, string> | undefined => {
    const values = fieldsOf(message);
    const known = before.length + behind.length;
    if (gap < 0 ? values.length !== known : values.length < known) return undefined;
    const assigned = named<string>();
    const skipped = values.length - behind.length;
    for (const [i, value] of values.entries()) {
      const field = i < before.length ? before[i] : behind[i - skipped];
      assigned[field?.name ?? String(i + 1)] = value;
    }
    return assigned;
  };

  return {
    match(message) {
      if (anything) return {};
      const assigned = assign(message);
      if (!assigned) return undefined;
      const lookup = (selector: string) => assigned[selector.replace(/^\$/, "")];
      if (![...before, ...behind].every(({ condition }) => condition(lookup))) return undefined;
      return Object.fromEntries(Object.entries(assigned).map(([name, value]) => [`$${name}`, value]));
    },
    value: (message, selector) => assign(message)?.[selector.replace(/^\$/, "")],
  };
}

/** Splits at commas outside of quotes and regular expressions. */
function split(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%|[^,])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function fieldOf(part: string): Field {
  const { condition, selectors } = compileCondition(part);
  const name = selectors[0]?.replace(/^\$/, "");
  if (!name || selectors.some((selector) => selector.replace(/^\$/, "") !== name))
    throw new PatternError("Invalid filter pattern");
  return { name, condition };
}

/** What stands in quotes or in square brackets is one field. */
function fieldsOf(message: string): string[] {
  return [...message.matchAll(FIELD)].map(([, quoted, bracketed, word = ""]) => quoted ?? bracketed ?? word);
}
