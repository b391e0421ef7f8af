/** Expressions of queries, compiled to functions of a row. */
import { bin, compare, FUNCTIONS, isThere, toNumber, toText } from "./functions.ts";
import type { Row, Value } from "./record.ts";
import { QueryError, queryRegex, type Token } from "./token.ts";

export type Expression = (row: Row) => Value;

const MAX_DEPTH = 100;

/** Reads tokens one after the other. */
export class Reader {
  readonly #tokens: readonly Token[];
  readonly #query: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], query: string) {
    this.#tokens = tokens;
    this.#query = query;
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** The next token, which must be there. */
  next(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw new QueryError("unexpected end of query", this.#query.length, this.#query.length);
    this.#at++;
    return token;
  }

  /** Takes the next token if it is this symbol or word. */
  takes(text: string): boolean {
    const token = this.peek();
    if (!token || token.kind === "string" || token.kind === "regex" || token.text.toLowerCase() !== text)
      return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    const token = this.peek();
    if (!this.takes(text)) throw this.unexpected(token);
  }

  /** Reads what is nested. An expression may not be so deep that reading it takes the stack. */
  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.unexpected(this.peek());
    const found = read();
    this.#depth--;
    return found;
  }

  /** The query's text between the start of a token and the end of the last one read. */
  textFrom(start: number): string {
    return this.#query.slice(start, this.#tokens[this.#at - 1]?.end ?? start);
  }

  unexpected(token: Token | undefined): QueryError {
    if (!token) return new QueryError("unexpected end of query", this.#query.length, this.#query.length);
    return new QueryError(`unexpected symbol found ${token.text}`, token.start, token.end);
  }
}

export const isTrue = (value: Value) => value === true || (typeof value === "number" && value !== 0);

export function readExpression(reader: Reader): Expression {
  return readOr(reader);
}

function readOr(reader: Reader): Expression {
  let left = readAnd(reader);
  while (reader.takes("or") || reader.takes("||")) {
    const before = left;
    const right = readAnd(reader);
    left = (row) => isTrue(before(row)) || isTrue(right(row));
  }
  return left;
}

function readAnd(reader: Reader): Expression {
  let left = readNot(reader);
  while (reader.takes("and") || reader.takes("&&")) {
    const before = left;
    const right = readNot(reader);
    left = (row) => isTrue(before(row)) && isTrue(right(row));
  }
  return left;
}

function readNot(reader: Reader): Expression {
  if (!reader.takes("not") && !reader.takes("!")) return readComparison(reader);
  const inner = reader.nested(() => readNot(reader));
  return (row) => !isTrue(inner(row));
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function readComparison(reader: Reader): Expression {
  const left = readSum(reader);
  const token = reader.peek();
  const negated = token?.text.toLowerCase() === "not" && /^(?:like|in)$/i.test(reader.peek(1)?.text ?? "");
  if (negated) reader.next();
  const test = readTest(reader, left);
  if (!test) return left;
  return negated ? (row) => !isTrue(test(row)) : test;
}

function readTest(reader: Reader, left: Expression): Expression | undefined {
  if (reader.takes("=")) {
    const right = readSum(reader);
    return (row) => equal(left(row), right(row));
  }
  if (reader.takes("!=")) {
    const right = readSum(reader);
    return (row) => !equal(left(row), right(row));
  }
  if (reader.takes("like") || reader.takes("=~")) return like(reader, left);
  if (reader.takes("in")) return oneOf(reader, left);
  for (const [symbol, holds] of Object.entries(COMPARISONS)) {
    if (!reader.takes(symbol)) continue;
    const right = readSum(reader);
    return (row) => {
      const [a, b] = [left(row), right(row)];
      return isThere(a) && isThere(b) && holds(compare(a, b));
    };
  }
  return undefined;
}

function equal(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return false;
  const [x, y] = [toNumber(a), toNumber(b)];
  return x !== undefined && y !== undefined ? x === y : toText(a) === toText(b);
}

/** `like "part"` or `like /regex/`. */
function like(reader: Reader, left: Expression): Expression {
  const token = reader.next();
  if (token.kind === "regex") {
    const expression = queryRegex(token);
    return (row) => expression.test(toText(left(row)));
  }
  if (token.kind !== "string") throw reader.unexpected(token);
  return (row) => toText(left(row)).includes(token.text);
}

function oneOf(reader: Reader, left: Expression): Expression {
  reader.expect("[");
  const items = readList(reader, "]");
  return (row) => {
    const value = left(row);
    return items.some((item) => equal(value, item(row)));
  };
}

function readList(reader: Reader, end: string): Expression[] {
  const items: Expression[] = [];
  while (!reader.takes(end)) {
    if (items.length > 0) reader.expect(",");
    items.push(readExpression(reader));
  }
  return items;
}

type Arithmetic = (a: number, b: number) => number;

function readSum(reader: Reader): Expression {
  let left = readProduct(reader);
  for (;;) {
    if (reader.takes("+")) left = arithmetic(left, readProduct(reader), (a, b) => a + b);
    else if (reader.takes("-")) left = arithmetic(left, readProduct(reader), (a, b) => a - b);
    else return left;
  }
}

function readProduct(reader: Reader): Expression {
  let left = readPower(reader);
  for (;;) {
    if (reader.takes("*"))
      left = arithmetic(
        left,
        reader.nested(() => readPower(reader)),
        (a, b) => a * b,
      );
    else if (reader.takes("/"))
      left = arithmetic(
        left,
        reader.nested(() => readPower(reader)),
        (a, b) => a / b,
      );
    else if (reader.takes("%"))
      left = arithmetic(
        left,
        reader.nested(() => readPower(reader)),
        (a, b) => a % b,
      );
    else return left;
  }
}

function readPower(reader: Reader): Expression {
  const left = readUnary(reader);
  return reader.takes("^")
    ? arithmetic(
        left,
        reader.nested(() => readPower(reader)),
        (a, b) => a ** b,
      )
    : left;
}

function arithmetic(left: Expression, right: Expression, compute: Arithmetic): Expression {
  return (row) => {
    const [a, b] = [toNumber(left(row)), toNumber(right(row))];
    if (a === undefined || b === undefined) return undefined;
    const result = compute(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
}

function readUnary(reader: Reader): Expression {
  if (!reader.takes("-")) return readPrimary(reader);
  const inner = reader.nested(() => readUnary(reader));
  return (row) => {
    const number = toNumber(inner(row));
    return number === undefined ? undefined : -number;
  };
}

function readPrimary(reader: Reader): Expression {
  if (reader.takes("(")) {
    const inner = reader.nested(() => readExpression(reader));
    reader.expect(")");
    return inner;
  }
  const token = reader.next();
  if (token.kind === "number") return () => Number(token.text);
  if (token.kind === "string") return () => token.text;
  if (token.kind !== "name") throw reader.unexpected(token);
  if (reader.peek()?.text === "(" && reader.peek()?.start === token.end) return readCall(reader, token);
  if (/^(?:true|false)$/i.test(token.text)) return () => token.text.toLowerCase() === "true";
  if (/^null$/i.test(token.text)) return () => null;
  return (row) => row.get(token.text);
}

function readCall(reader: Reader, name: Token): Expression {
  const fn = name.text.toLowerCase();
  if (fn === "now") {
    reader.expect("(");
    reader.expect(")");
    return (row) => row.get("@now");
  }
  if (fn === "bin") {
    const period = readPeriod(reader);
    return (row) => bin(row.get("@timestamp"), period);
  }
  const compute = Object.hasOwn(FUNCTIONS, fn) ? FUNCTIONS[fn] : undefined;
  if (!compute) throw new QueryError(`unknown function ${name.text}`, name.start, name.end);
  reader.expect("(");
  if (fn === "datefloor" || fn === "dateceil") {
    const at = readExpression(reader);
    reader.expect(",");
    const period = readPeriodText(reader);
    return (row) => compute(at(row), period);
  }
  const args = reader.nested(() => readList(reader, ")"));
  return (row) => compute(...args.map((arg) => arg(row)));
}

/** `(5m)`, `(1 hour)`, or `()` for five minutes. */
function readPeriod(reader: Reader): string {
  reader.expect("(");
  if (reader.takes(")")) return "5m";
  return readPeriodText(reader);
}

function readPeriodText(reader: Reader): string {
  const count = reader.next();
  const unit = reader.next();
  if (count.kind !== "number" || unit.kind !== "name") throw reader.unexpected(count);
  reader.expect(")");
  return count.text + unit.text;
}
