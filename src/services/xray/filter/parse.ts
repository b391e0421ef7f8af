import { invalidRequest } from "../errors.ts";

/*
 * Filter expressions: https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
 *
 *     responsetime > 5 AND service("api") { fault } OR annotation.order BEGINSWITH "a"
 */

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "BEGINSWITH" | "ENDSWITH" | "CONTAINS";
export type Value = string | number | boolean;

/** What a filter asks of a trace, or inside of braces of one service or edge. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly of: Filter }
  /** `fault`, `partial`; `annotation.a` alone asks whether it is there. */
  | { readonly kind: "flag"; readonly name: string }
  | { readonly kind: "compare"; readonly name: string; readonly operator: Operator; readonly value: Value }
  | { readonly kind: "service"; readonly service: Selector | undefined; readonly inside?: Filter | undefined }
  | {
      readonly kind: "edge";
      readonly from: Selector | undefined;
      readonly to: Selector | undefined;
      readonly inside?: Filter | undefined;
    };

/** `"name"`, or `id(name: "…", type: "…", account.id: "…")`. */
export type Selector = Readonly<Record<"name" | "type" | "accountId", string | undefined>>;

const FLAGS = new Set([
  "ok",
  "error",
  "throttle",
  "fault",
  "partial",
  "inferred",
  "first",
  "last",
  "remote",
  "root",
]);
const NUMBERS = new Set(["responsetime", "duration", "http.status"]);
const TEXTS = new Set([
  ...["http.url", "http.method", "http.useragent", "http.clientip", "user", "name", "type", "message"],
  ...["availabilityzone", "instance.id", "resource.arn", "entity.name"],
]);
const WORDS = new Set(["BEGINSWITH", "ENDSWITH", "CONTAINS"]);
const TOKEN =
  /\s*(?:(?<text>"(?:[^"\\]|\\.)*")|(?<sign><=|>=|!=|==|[=<>(){}[\],:!])|(?<number>-?\d+(?:\.\d+)?(?![\w.]))|(?<word>[A-Za-z_][\w.@-]*))/y;

type Token = { readonly kind: "text" | "sign" | "number" | "word"; readonly text: string };

/** @throws InvalidRequestException */
export function parseFilter(expression: string): Filter {
  const reader = new Reader(tokensOf(expression));
  const filter = reader.either();
  reader.end();
  return filter;
}

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match?.groups) throw invalid(`unexpected "${text.slice(at).trim().slice(0, 1)}"`);
    at = TOKEN.lastIndex;
    const [kind, given = ""] = Object.entries(match.groups).find(([, one]) => one !== undefined) ?? [];
    tokens.push({ kind: kind as Token["kind"], text: given });
  }
  return tokens;
}

const invalid = (why: string) => invalidRequest(`Invalid filter expression: ${why}.`);

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  either(): Filter {
    let left = this.#both();
    while (this.#takesWord("OR")) left = { kind: "or", left, right: this.#both() };
    return left;
  }

  end(): void {
    const left = this.#tokens[this.#at];
    if (left) throw invalid(`unexpected "${left.text}"`);
  }

  #both(): Filter {
    let left = this.#one();
    while (this.#takesWord("AND")) left = { kind: "and", left, right: this.#one() };
    return left;
  }

  #one(): Filter {
    if (this.#takes("!") || this.#takesWord("NOT")) return { kind: "not", of: this.#one() };
    if (this.#takes("(")) {
      const inside = this.either();
      this.#want(")");
      return inside;
    }
    const token = this.#tokens[this.#at++];
    if (token?.kind !== "word") throw invalid(token ? `unexpected "${token.text}"` : "it ends too soon");
    const name = token.text.toLowerCase();
    if (name === "service") return this.#service();
    if (name === "edge") return this.#edge();
    if (name.startsWith("annotation")) return this.#compared(this.#annotation(token.text));
    if (FLAGS.has(name)) return this.#flag(name);
    if (NUMBERS.has(name) || TEXTS.has(name)) return this.#compared(name);
    throw invalid(`unknown keyword "${token.text}"`);
  }

  /** `annotation.key`, `annotation[key]`. */
  #annotation(text: string): string {
    if (text.toLowerCase() !== "annotation") return `annotation.${text.slice("annotation.".length)}`;
    this.#want("[");
    const key = this.#tokens[this.#at++];
    if (!key || key.kind === "sign") throw invalid("annotation[] wants a key");
    this.#want("]");
    return `annotation.${key.kind === "text" ? unquoted(key.text) : key.text}`;
  }

  #flag(name: string): Filter {
    const sign = this.#tokens[this.#at]?.text;
    if (sign !== "=" && sign !== "==" && sign !== "!=") return { kind: "flag", name };
    this.#at++;
    const value = this.#value();
    if (typeof value !== "boolean") throw invalid(`${name} is true or false`);
    const flag: Filter = { kind: "flag", name };
    return value === (sign !== "!=") ? flag : { kind: "not", of: flag };
  }

  #compared(name: string): Filter {
    const operator = this.#operator();
    if (operator === undefined) return { kind: "flag", name };
    const value = this.#value();
    if (NUMBERS.has(name) && (typeof value !== "number" || WORDS.has(operator)))
      throw invalid(`${name} is a number`);
    if (TEXTS.has(name) && typeof value !== "string") throw invalid(`${name} is a string`);
    return { kind: "compare", name, operator, value };
  }

  #operator(): Operator | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined) return undefined;
    const text = token.text.toUpperCase();
    const isOperator = token.kind === "word" ? WORDS.has(text) : /^(?:[<>]=?|!=|==?)$/.test(text);
    if (!isOperator) return undefined;
    this.#at++;
    return (text === "==" ? "=" : text) as Operator;
  }

  #value(): Value {
    const token = this.#tokens[this.#at++];
    if (token?.kind === "text") return unquoted(token.text);
    if (token?.kind === "number") return Number(token.text);
    if (token && /^(?:true|false)$/i.test(token.text)) return token.text.toLowerCase() === "true";
    throw invalid(token ? `"${token.text}" is no value` : "it ends too soon");
  }

  #service(): Filter {
    this.#want("(");
    const service = this.#takes(")") ? undefined : this.#selector();
    if (service) this.#want(")");
    return { kind: "service", service, inside: this.#inside() };
  }

  #edge(): Filter {
    this.#want("(");
    if (this.#takes(")")) return { kind: "edge", from: undefined, to: undefined, inside: this.#inside() };
    const from = this.#selector();
    this.#want(",");
    const to = this.#selector();
    this.#want(")");
    return { kind: "edge", from, to, inside: this.#inside() };
  }

  #selector(): Selector {
    const token = this.#tokens[this.#at++];
    if (token?.kind === "text") return { name: unquoted(token.text), type: undefined, accountId: undefined };
    if (token?.text.toLowerCase() !== "id") throw invalid("a service is a name or an id(…)");
    this.#want("(");
    const given: Record<string, string> = {};
    do {
      const key = this.#tokens[this.#at++];
      this.#want(":");
      const value = this.#value();
      if (key?.kind !== "word" || typeof value !== "string")
        throw invalid("id() wants name, type, account.id");
      given[key.text.toLowerCase()] = value;
    } while (this.#takes(","));
    this.#want(")");
    return { name: given["name"], type: given["type"], accountId: given["account.id"] };
  }

  #inside(): Filter | undefined {
    if (!this.#takes("{")) return undefined;
    const inside = this.either();
    this.#want("}");
    return inside;
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "sign" || token.text !== sign) return false;
    this.#at++;
    return true;
  }

  #takesWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "word" || token.text.toUpperCase() !== word) return false;
    this.#at++;
    return true;
  }

  #want(sign: string): void {
    if (!this.#takes(sign)) throw invalid(`"${sign}" is missing`);
  }
}

const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, "$1");
