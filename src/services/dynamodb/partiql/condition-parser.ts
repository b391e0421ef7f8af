import { type AttributeValue, typeOf } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import type { Condition, ConditionFunction, Operand, Operands } from "../expressions/condition.ts";
import type { Path } from "../expressions/placeholders.ts";
import type { Comparator } from "../expressions/syntax.ts";
import { wrong } from "./lexer.ts";
import { parseLiteral, startsLiteral } from "./literal.ts";
import type { TokenReader } from "./token-reader.ts";

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
const MOST_IN_OPERANDS = 100;
const FUNCTIONS: Readonly<Record<string, number>> = { begins_with: 2, contains: 2, attribute_type: 2 };

/** What stands behind WHERE. */
export function parseCondition(reader: TokenReader): Condition {
  let left = conjunction(reader);
  while (reader.acceptWord("OR")) left = { kind: "or", conditions: [left, conjunction(reader)] };
  return left;
}

function conjunction(reader: TokenReader): Condition {
  let left = negation(reader);
  while (reader.acceptWord("AND")) left = { kind: "and", conditions: [left, negation(reader)] };
  return left;
}

function negation(reader: TokenReader): Condition {
  if (reader.acceptWord("NOT")) return { kind: "not", condition: reader.nested(() => negation(reader)) };
  if (reader.accept("(")) {
    const condition = reader.nested(() => parseCondition(reader));
    reader.expect(")");
    return condition;
  }
  return comparison(reader);
}

function comparison(reader: TokenReader): Condition {
  const name = reader.next.text.toLowerCase();
  const isCall = reader.next.kind === "word" && reader.afterNext.text === "(";
  if (isCall && Object.hasOwn(FUNCTIONS, name)) return functionCall(reader, name as ConditionFunction);
  const left = operand(reader);
  if (reader.acceptWord("IS")) return isTest(reader, left);
  if (reader.acceptWord("NOT", "BETWEEN")) return { kind: "not", condition: between(reader, left) };
  if (reader.acceptWord("NOT", "IN")) return { kind: "not", condition: membership(reader, left) };
  if (reader.acceptWord("BETWEEN")) return between(reader, left);
  if (reader.acceptWord("IN")) return membership(reader, left);
  const operator = reader.next.kind === "symbol" ? COMPARATORS[reader.next.text] : undefined;
  if (!operator) throw wrong(reader.next);
  reader.take();
  const args = [left, operand(reader)] as const;
  if (operator !== "=" && operator !== "<>") refuseUnordered(operator, args);
  return { kind: "compare", operator, args };
}

function functionCall(reader: TokenReader, name: ConditionFunction): Condition {
  const token = reader.take();
  reader.expect("(");
  const args: [Operand, ...Operand[]] = [operand(reader)];
  while (reader.accept(",")) args.push(operand(reader));
  reader.expect(")");
  if (args.length !== FUNCTIONS[name]) throw wrong(token);
  return { kind: "function", name, args };
}

function isTest(reader: TokenReader, left: Operand): Condition {
  const negated = reader.acceptWord("NOT");
  const condition = ((): Condition => {
    if (reader.acceptWord("MISSING")) return { kind: "function", name: "attribute_not_exists", args: [left] };
    reader.expectWord("NULL");
    return {
      kind: "function",
      name: "attribute_type",
      args: [left, { kind: "value", value: { S: "NULL" } }],
    };
  })();
  return negated ? { kind: "not", condition } : condition;
}

function between(reader: TokenReader, left: Operand): Condition {
  const low = operand(reader);
  reader.expectWord("AND");
  const args = [left, low, operand(reader)] as const;
  refuseUnordered("BETWEEN", args);
  return { kind: "between", args };
}

function membership(reader: TokenReader, left: Operand): Condition {
  if (reader.isSymbol("?")) {
    const { L: list } = parseLiteral(reader);
    if (!list) throw invalid("The IN operator wants a list");
    return inCondition([left, ...list.map(valueOperand)]);
  }
  const end = reader.accept("[") ? "]" : ")";
  if (end === ")") reader.expect("(");
  const args: [Operand, ...Operand[]] = [left, operand(reader)];
  while (reader.accept(",")) args.push(operand(reader));
  reader.expect(end);
  return inCondition(args);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html */
function inCondition(args: Operands): Condition {
  const count = args.length - 1;
  if (count > MOST_IN_OPERANDS)
    throw invalid(`The IN operator is provided with too many operands; number of operands: ${count}`);
  return { kind: "in", args };
}

/** What has no order is compared with nothing but `=` and `<>`. */
function refuseUnordered(operator: string, args: readonly Operand[]): void {
  for (const arg of args) {
    const type = arg.kind === "value" ? typeOf(arg.value) : "S";
    if (type !== "S" && type !== "N" && type !== "B")
      throw invalid(
        `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
      );
  }
}

const valueOperand = (value: AttributeValue): Operand => ({ kind: "value", value });

function operand(reader: TokenReader): Operand {
  if (startsLiteral(reader)) return valueOperand(parseLiteral(reader));
  if (reader.isWord("SIZE") && reader.afterNext.text === "(") {
    reader.take();
    reader.expect("(");
    const of = reader.nested(() => operand(reader));
    reader.expect(")");
    return { kind: "size", of };
  }
  return { kind: "path", path: parsePath(reader) };
}

/** `a."b c"[3]` */
export function parsePath(reader: TokenReader): Path {
  const path: [string, ...(string | number)[]] = [reader.identifier()];
  for (;;) {
    if (reader.accept(".")) path.push(reader.identifier());
    else if (reader.isSymbol("[")) {
      reader.take();
      const token = reader.take();
      if (token.kind === "string") path.push(token.text);
      else if (token.kind === "number" && /^\d+$/.test(token.text)) path.push(Number(token.text));
      else throw wrong(token);
      reader.expect("]");
    } else return path;
  }
}
