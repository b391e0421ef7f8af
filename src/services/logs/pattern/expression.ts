/** Conditions with `&&`, `||` and parentheses, which JSON patterns and space-delimited patterns share. */
import { PatternError } from "./compiled.ts";
import { patternRegex, wildcardTest } from "./regex.ts";

/** Looks up what a selector stands for. */
export type Lookup = (selector: string) => unknown;
export type Condition = (lookup: Lookup) => boolean;

const TOKEN =
  /\s*(?:(&&|\|\||<=|>=|!=|=|<|>|\(|\))|"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|(\$(?:\.?\[(?:"[^"]*"|'[^']*'|[^\]]*)\]|\.?[\w-]+)*|[^\s()&|=<>!"%]+))/y;

interface Token {
  readonly kind: "operator" | "quoted" | "regex" | "word";
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source);
    if (!found) throw new PatternError("Invalid filter pattern");
    const [, operator, quoted, regex, word = ""] = found;
    if (operator !== undefined) tokens.push({ kind: "operator", text: operator });
    else if (quoted !== undefined) tokens.push({ kind: "quoted", text: quoted.replace(/\\(.)/g, "$1") });
    else if (regex !== undefined) tokens.push({ kind: "regex", text: regex });
    else tokens.push({ kind: "word", text: word });
  }
  return tokens;
}

/**
 * Compiles a condition.
 * @returns the condition and the selectors in it, in order; a condition of a mere selector always holds
 * @throws PatternError
 */
export function compileCondition(text: string): { condition: Condition; selectors: string[] } {
  const parser = new Parser(tokensOf(text));
  const condition = parser.whole();
  return { condition, selectors: [...new Set(parser.selectors)] };
}

class Parser {
  readonly selectors: string[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Condition {
    const condition = this.#or();
    if (this.#at < this.#tokens.length) throw new PatternError("Invalid filter pattern");
    return condition;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#takes("||")) {
      const before = left;
      const right = this.#and();
      left = (lookup) => before(lookup) || right(lookup);
    }
    return left;
  }

  #and(): Condition {
    let left = this.#one();
    while (this.#takes("&&")) {
      const before = left;
      const right = this.#one();
      left = (lookup) => before(lookup) && right(lookup);
    }
    return left;
  }

  #one(): Condition {
    if (this.#takes("(")) {
      const inner = this.#or();
      if (!this.#takes(")")) throw new PatternError("Invalid filter pattern");
      return inner;
    }
    const selector = this.#tokens[this.#at++];
    if (selector?.kind !== "word") throw new PatternError("Invalid filter pattern");
    this.selectors.push(selector.text);
    const operator = this.#tokens[this.#at];
    if (operator?.kind === "word") return this.#wordy(selector.text);
    if (operator?.kind !== "operator" || /^(?:&&|\|\||\(|\))$/.test(operator.text)) return () => true;
    this.#at++;
    const operand = this.#tokens[this.#at++];
    if (!operand || operand.kind === "operator") throw new PatternError("Invalid filter pattern");
    const test = comparison(operator.text, operand);
    return (lookup) => test(lookup(selector.text));
  }

  /** `IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS`. */
  #wordy(selector: string): Condition {
    const first = this.#tokens[this.#at++]?.text.toUpperCase();
    const second = this.#tokens[this.#at++]?.text.toUpperCase();
    if (first === "NOT" && second === "EXISTS") return (lookup) => lookup(selector) === undefined;
    const wanted = first === "IS" ? { NULL: null, TRUE: true, FALSE: false }[second ?? ""] : undefined;
    if (wanted === undefined) throw new PatternError("Invalid filter pattern");
    return (lookup) => lookup(selector) === wanted;
  }

  #takes(operator: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "operator" || token.text !== operator) return false;
    this.#at++;
    return true;
  }
}

type Test = (value: unknown) => boolean;

function comparison(operator: string, operand: Token): Test {
  if (operator === "=") return equality(operand);
  if (operator === "!=") {
    const equal = equality(operand);
    // What is not there is neither equal nor unequal.
    return (value) => value !== undefined && !equal(value);
  }
  const bound = Number(operand.text);
  if (operand.kind !== "word" || Number.isNaN(bound)) throw new PatternError("Invalid filter pattern");
  return (value) => {
    const number = numberOf(value);
    if (number === undefined) return false;
    if (operator === "<") return number < bound;
    if (operator === "<=") return number <= bound;
    return operator === ">" ? number > bound : number >= bound;
  };
}

function equality(operand: Token): Test {
  if (operand.kind === "regex") {
    const expression = patternRegex(operand.text);
    return (value) => isScalar(value) && expression.test(String(value));
  }
  const test = wildcardTest(operand.text);
  const number = operand.kind === "word" ? numberOf(operand.text) : undefined;
  return (value) =>
    isScalar(value) && (test(String(value)) || (number !== undefined && numberOf(value) === number));
}

const isScalar = (value: unknown) =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** A number, or text that is one. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}
