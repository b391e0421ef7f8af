/**
 * The grammar of metric math: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * From the loosest: `||` OR, `&&` AND, comparisons, `+ -`, `* /`, `^`, unary minus.
 */

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: "negate"; readonly operand: Expression }
  | {
      readonly kind: "operation";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type Operator = "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "AND" | "OR";

/** An expression that is none, with what is wrong and where. */
export class MathError extends Error {}

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)|'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|([A-Za-z_]\w*)|(\|\||&&|==|!=|<=|>=|[-+*/^<>(),[\]]))/y;

interface Token {
  readonly kind: "number" | "string" | "name" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

const LEVELS: readonly (readonly Operator[])[] = [
  ["OR"],
  ["AND"],
  ["==", "!=", "<=", ">=", "<", ">"],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];

const DEEPEST = 64;

/** @throws MathError */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  const end: Token = { kind: "end", text: "", at: text.length };
  let at = 0;
  let depth = 0;
  const peek = () => tokens[at] ?? end;
  const takes = (sign: string) => {
    if (peek().kind !== "sign" || peek().text !== sign) return false;
    at++;
    return true;
  };
  const unexpected = () => {
    const token = peek();
    return token.kind === "end"
      ? new MathError("Unexpected end of expression")
      : new MathError(`Unexpected '${token.text}' at position ${token.at}`);
  };
  const expect = (sign: string) => {
    if (!takes(sign)) throw unexpected();
  };

  const operatorOf = (token: Token): Operator | undefined => {
    if (token.kind === "sign")
      return ({ "||": "OR", "&&": "AND" }[token.text] as Operator) ?? (token.text as Operator);
    const word = token.kind === "name" ? token.text.toUpperCase() : "";
    return word === "AND" || word === "OR" ? word : undefined;
  };

  const operation = (level: number): Expression => {
    const operators = LEVELS[level];
    if (!operators) return unary();
    let left = operation(level + 1);
    for (;;) {
      const operator = operatorOf(peek());
      if (!operator || !operators.includes(operator)) return left;
      at++;
      left = { kind: "operation", operator, left, right: operation(level + 1) };
    }
  };

  const unary = (): Expression => {
    if (++depth > DEEPEST) throw new MathError("Expression is nested too deeply");
    try {
      if (takes("-")) return { kind: "negate", operand: unary() };
      if (takes("+")) return unary();
      return primary();
    } finally {
      depth--;
    }
  };

  const until = (closing: string): Expression[] => {
    const items: Expression[] = [];
    if (takes(closing)) return items;
    do items.push(operation(0));
    while (takes(","));
    expect(closing);
    return items;
  };

  const primary = (): Expression => {
    const token = peek();
    if (takes("(")) {
      const inner = operation(0);
      expect(")");
      return inner;
    }
    if (takes("[")) return { kind: "list", items: until("]") };
    if (token.kind === "sign" || token.kind === "end") throw unexpected();
    at++;
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "string") return { kind: "string", text: token.text };
    if (takes("(")) return { kind: "call", name: token.text.toUpperCase(), parameters: until(")") };
    return { kind: "name", name: token.text };
  };

  const whole = operation(0);
  if (peek().kind !== "end") throw unexpected();
  return whole;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      if (text.slice(at).trim() === "") break;
      throw new MathError(`Unexpected '${text.slice(at).trim()[0]}' at position ${at}`);
    }
    const [, number, single, double, name, sign = ""] = match;
    const quoted = single ?? double;
    if (number !== undefined) tokens.push({ kind: "number", text: number, at });
    else if (quoted !== undefined) tokens.push({ kind: "string", text: quoted.replace(/\\(.)/g, "$1"), at });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, at });
    else tokens.push({ kind: "sign", text: sign, at });
  }
  return tokens;
}

/** Every name that an expression refers to. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "name":
      return [expression.name];
    case "negate":
      return namesIn(expression.operand);
    case "operation":
      return [...namesIn(expression.left), ...namesIn(expression.right)];
    case "list":
      return expression.items.flatMap(namesIn);
    case "call":
      return expression.parameters.flatMap(namesIn);
    default:
      return [];
  }
}
