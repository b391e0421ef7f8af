import { type AttributeValue, compare, describeValue, typeOf } from "../attribute-value.ts";
import type { ParsedCondition } from "./condition-parser.ts";
import type { Path, Placeholders } from "./placeholders.ts";
import { describePath, type ProblemKind, Problems } from "./problems.ts";
import type { Comparator, ConditionSyntax, OperandSyntax } from "./syntax.ts";

/** What a condition looks at: a place in the item, a value of the request, or the size of either. */
export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "size"; readonly of: Operand };

export type ConditionFunction =
  | "attribute_exists"
  | "attribute_not_exists"
  | "attribute_type"
  | "begins_with"
  | "contains";

/** A condition that is ready to be asked. Expressions, legacy parameters and PartiQL all become one. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly conditions: readonly Condition[] }
  | { readonly kind: "not"; readonly condition: Condition }
  | {
      readonly kind: "compare";
      readonly operator: Comparator;
      readonly args: readonly [Operand, Operand];
    }
  | { readonly kind: "between"; readonly args: readonly [Operand, Operand, Operand] }
  | { readonly kind: "in"; readonly args: Operands }
  | { readonly kind: "function"; readonly name: ConditionFunction; readonly args: Operands };

/** What is looked at, and what with. */
export type Operands = readonly [Operand, ...Operand[]];

const OPERANDS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
const ATTRIBUTE_TYPES = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];
const EXPRESSION_ORDER: readonly ProblemKind[] = [
  "parentheses",
  "unknownFunction",
  "misusedFunction",
  "reserved",
  "condition",
];
const WHOLE_EXPRESSION: readonly ProblemKind[] = ["unknownFunction", "misusedFunction", "reserved"];
const CONDITION_ORDER: readonly ProblemKind[] = [
  "undefinedName",
  "undefinedValue",
  "path",
  "operandCount",
  "distinct",
  "operandType",
];

/** Fills in names and values and checks. Throws ExpressionError with AWS's message. */
export function resolveCondition(parsed: ParsedCondition, placeholders: Placeholders): Condition {
  const problems = new Problems();
  if (parsed.redundantParentheses) problems.add("parentheses", "The expression has redundant parentheses;");
  const condition = new Resolver(placeholders, problems).condition(parsed.condition);
  problems.throwFirst(EXPRESSION_ORDER);
  return condition;
}

type LeafSyntax = Exclude<ConditionSyntax, { kind: "and" | "or" | "not" }>;
type Leaf = Exclude<Condition, { kind: "and" | "or" | "not" }>;

class Resolver {
  readonly #placeholders: Placeholders;
  readonly #problems: Problems;

  constructor(placeholders: Placeholders, problems: Problems) {
    this.#placeholders = placeholders;
    this.#problems = problems;
  }

  condition(syntax: ConditionSyntax): Condition {
    switch (syntax.kind) {
      case "and":
      case "or":
        return { kind: syntax.kind, conditions: syntax.conditions.map((part) => this.condition(part)) };
      case "not":
        return { kind: "not", condition: this.condition(syntax.condition) };
      default:
        return this.#leaf(syntax);
    }
  }

  /** One comparison or function; the first complaint about one is the complaint about the whole. */
  #leaf(syntax: LeafSyntax): Condition {
    const problems = new Problems();
    const condition = this.#resolved(syntax, problems);
    if (condition.kind === "function") this.#checkFunction(condition, problems);
    else this.#checkOperator(condition, problems);
    problems.liftInto(this.#problems, WHOLE_EXPRESSION);
    const complaint = problems.first(CONDITION_ORDER);
    if (complaint !== undefined) this.#problems.add("condition", complaint);
    if (syntax.kind === "call" && syntax.name === "size") problemOfSize(this.#problems);
    return condition;
  }

  #resolved(syntax: LeafSyntax, problems: Problems): Leaf {
    const operand = (arg: OperandSyntax) => this.#operand(arg, problems);
    switch (syntax.kind) {
      case "compare": {
        const [left, right] = syntax.args;
        return { kind: "compare", operator: syntax.operator, args: [operand(left), operand(right)] };
      }
      case "between": {
        const [subject, low, high] = syntax.args;
        return { kind: "between", args: [operand(subject), operand(low), operand(high)] };
      }
      case "in": {
        const [subject, ...list] = syntax.args;
        return { kind: "in", args: [operand(subject), ...list.map(operand)] };
      }
      case "call": {
        const [subject, ...others] = syntax.args;
        return {
          kind: "function",
          name: syntax.name as ConditionFunction,
          args: [operand(subject), ...others.map(operand)],
        };
      }
    }
  }

  #operand(syntax: OperandSyntax, problems: Problems): Operand {
    switch (syntax.kind) {
      case "path":
        return { kind: "path", path: this.#placeholders.path(syntax, problems) };
      case "value":
        return { kind: "value", value: this.#placeholders.value(syntax, problems) ?? UNDEFINED };
      case "call": {
        const [subject, ...others] = syntax.args;
        const of = this.#operand(subject, problems);
        const args: Operands = [of, ...others.map((arg) => this.#operand(arg, problems))];
        this.#checkFunction({ name: syntax.name, args }, problems);
        if (syntax.name !== "size") {
          problems.add(
            "misusedFunction",
            `The function is not allowed to be used this way in an expression; function: ${syntax.name}`,
          );
        }
        return { kind: "size", of };
      }
      case "arithmetic":
        throw new Error("The grammar of conditions has no arithmetic.");
    }
  }

  #checkFunction(
    { name, args }: { readonly name: string; readonly args: Operands },
    problems: Problems,
  ): void {
    const expected = OPERANDS[name];
    if (expected === undefined) {
      problems.add("unknownFunction", `Invalid function name; function: ${name}`);
      return;
    }
    if (expected !== args.length) {
      problems.add("operandCount", wrongCount(name, args.length));
      return;
    }
    const [first, second] = args;
    checkDistinct(name, args, problems);
    const what = `operator or function: ${name}`;
    if (name === "attribute_exists" || name === "attribute_not_exists") {
      if (first.kind !== "path")
        problems.add("operandType", `Operator or function requires a document path; ${what}`);
    } else if (name === "begins_with") {
      for (const arg of args) {
        const type = knownType(arg);
        if (type && type !== "S" && type !== "B") problems.add("operandType", wrongType(name, type));
      }
    } else if (name === "attribute_type") {
      if (second) checkAttributeType(second, problems);
    } else if (name === "size") {
      const type = knownType(first);
      if (type === "N" || type === "BOOL" || type === "NULL")
        problems.add("operandType", wrongType(name, type));
    }
  }

  #checkOperator(condition: Exclude<Leaf, { kind: "function" }>, problems: Problems): void {
    if (condition.kind === "compare") {
      const { operator, args } = condition;
      checkDistinct(operator, args, problems);
      if (operator !== "=" && operator !== "<>") checkOrdered(operator, args, problems);
    } else if (condition.kind === "between") {
      const [, low, high] = condition.args;
      checkDistinct("BETWEEN", condition.args, problems);
      checkOrdered("BETWEEN", condition.args, problems);
      checkBounds(low, high, problems);
    } else {
      checkDistinct("IN", condition.args, problems);
    }
  }
}

/** Stands in for a value that is not defined; the expression is refused before anything looks at it. */
const UNDEFINED: AttributeValue = { NULL: true };

function problemOfSize(problems: Problems): void {
  problems.add(
    "misusedFunction",
    "The function is not allowed to be used this way in an expression; function: size",
  );
}

export function wrongCount(name: string, count: number): string {
  return `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`;
}

export function wrongType(name: string, type: string): string {
  return `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
}

/** The type of an operand whose type the expression itself tells. */
function knownType(operand: Operand): string | undefined {
  if (operand.kind === "path") return undefined;
  if (operand.kind === "size") return "N";
  return operand.value === UNDEFINED ? undefined : typeOf(operand.value);
}

function checkDistinct(name: string, args: readonly Operand[], problems: Problems): void {
  const [first, ...rest] = args;
  if (first?.kind !== "path") return;
  for (const other of rest) {
    if (other.kind !== "path" || describePath(other.path) !== describePath(first.path)) continue;
    problems.add(
      "distinct",
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${describePath(first.path)}`,
    );
  }
}

/** `<` and the like want strings, numbers or binaries. */
function checkOrdered(operator: string, args: readonly Operand[], problems: Problems): void {
  for (const arg of args) {
    const type = knownType(arg);
    if (type && type !== "S" && type !== "N" && type !== "B")
      problems.add("operandType", wrongType(operator, type));
  }
}

function checkBounds(low: Operand, high: Operand, problems: Problems): void {
  if (low.kind !== "value" || high.kind !== "value" || low.value === UNDEFINED || high.value === UNDEFINED)
    return;
  const bounds = `lower bound operand: AttributeValue: ${describeValue(low.value)}, upper bound operand: AttributeValue: ${describeValue(high.value)}`;
  if (typeOf(low.value) !== typeOf(high.value))
    problems.add(
      "operandType",
      `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
    );
  else if ((compare(low.value, high.value) ?? 0) > 0)
    problems.add(
      "operandType",
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
}

function checkAttributeType(operand: Operand, problems: Problems): void {
  const type =
    knownType(operand) ?? `{${["NS", "SS", "L", "BS", "N", "M", "B", "BOOL", "NULL", "S"].join(",")}}`;
  const named = operand.kind === "value" ? operand.value.S : undefined;
  if (named === undefined) {
    problems.add("operandType", wrongType("attribute_type", type));
    return;
  }
  if (!ATTRIBUTE_TYPES.includes(named))
    problems.add(
      "operandType",
      `Invalid attribute type name found; type: ${named}, valid types: {${ATTRIBUTE_TYPES.join(",")}}`,
    );
}
