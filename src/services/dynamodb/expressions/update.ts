import { type AttributeValue, typeOf } from "../attribute-value.ts";
import { wrongCount, wrongType } from "./condition.ts";
import { checkOverlap } from "./overlap.ts";
import type { Path, Placeholders } from "./placeholders.ts";
import { type ProblemKind, Problems } from "./problems.ts";
import type { OperandSyntax } from "./syntax.ts";
import type { ParsedUpdate } from "./update-parser.ts";

/** What a SET assigns. */
export type Assigned =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: Assigned }
  | { readonly kind: "list_append"; readonly args: readonly [Assigned, Assigned] }
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-";
      readonly args: readonly [Assigned, Assigned];
    };

/** One change of an item. Expressions, AttributeUpdates and PartiQL all become a list of them. */
export type Clause =
  | { readonly action: "SET"; readonly path: Path; readonly value: Assigned }
  | { readonly action: "REMOVE"; readonly path: Path }
  | { readonly action: "ADD" | "DELETE"; readonly path: Path; readonly value: AttributeValue };

const ORDER: readonly ProblemKind[] = [
  "reserved",
  "unknownFunction",
  "misusedFunction",
  "section",
  "undefinedName",
  "undefinedValue",
  "path",
  "overlap",
  "conflict",
  "operandType",
  "operandCount",
];
const TYPE_NAMES: Readonly<Record<string, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  NULL: "NULL",
  BOOL: "BOOLEAN",
  L: "LIST",
  M: "MAP",
};

/** Fills in names and values and checks. Throws ExpressionError with AWS's message. */
export function resolveUpdate(parsed: ParsedUpdate, placeholders: Placeholders): Clause[] {
  const problems = new Problems();
  if (parsed.repeatedSection)
    problems.add(
      "section",
      `The "${parsed.repeatedSection}" section can only be used once in an update expression;`,
    );
  const clauses = parsed.clauses.map((clause): Clause => {
    const path = placeholders.path(clause.path, problems);
    if (clause.action === "REMOVE") return { action: "REMOVE", path };
    const { action } = clause;
    const assigned = resolveAssigned(clause.value, placeholders, problems);
    if (action === "SET") return { action, path, value: assigned };
    const operand = assigned.kind === "value" ? assigned.value : NOTHING;
    if (operand !== NOTHING) checkSetOperand(action, operand, problems);
    return { action, path, value: operand };
  });
  checkOverlap(
    clauses.map((clause) => clause.path),
    problems,
  );
  problems.throwFirst(ORDER);
  return clauses;
}

/** Stands in for a value that is not defined; the expression is refused before anything looks at it. */
const NOTHING: AttributeValue = { NULL: true };

function resolveAssigned(syntax: OperandSyntax, placeholders: Placeholders, problems: Problems): Assigned {
  switch (syntax.kind) {
    case "path":
      return { kind: "path", path: placeholders.path(syntax, problems) };
    case "value":
      return { kind: "value", value: placeholders.value(syntax, problems) ?? NOTHING };
    case "arithmetic": {
      const [left, right] = syntax.args;
      const args = [
        resolveAssigned(left, placeholders, problems),
        resolveAssigned(right, placeholders, problems),
      ] as const;
      checkTypes(syntax.operator, "N", args, problems);
      return { kind: "arithmetic", operator: syntax.operator, args };
    }
    case "call": {
      const [first, second, ...more] = syntax.args.map((arg) => resolveAssigned(arg, placeholders, problems));
      for (const arg of syntax.args) refuseInside(syntax.name, arg, problems);
      if (syntax.name !== "if_not_exists" && syntax.name !== "list_append") {
        problems.add("unknownFunction", `Invalid function name; function: ${syntax.name}`);
        return { kind: "value", value: NOTHING };
      }
      if (!first || !second || more.length > 0) {
        problems.add("operandCount", wrongCount(syntax.name, syntax.args.length));
        return { kind: "value", value: NOTHING };
      }
      if (syntax.name === "list_append") {
        checkTypes("list_append", "L", [first, second], problems);
        return { kind: "list_append", args: [first, second] };
      }
      if (first.kind !== "path") {
        problems.add(
          "operandType",
          "Operator or function requires a document path; operator or function: if_not_exists",
        );
        return { kind: "value", value: NOTHING };
      }
      return { kind: "if_not_exists", path: first.path, otherwise: second };
    }
  }
}

/** A function takes no sums, and list_append none of its own kind. */
function refuseInside(name: string, arg: OperandSyntax, problems: Problems): void {
  const inner = arg.kind === "arithmetic" ? arg.operator : arg.kind === "call" ? arg.name : undefined;
  if (inner !== undefined && (arg.kind === "arithmetic" || (name === "list_append" && inner === name)))
    problems.add(
      "misusedFunction",
      `The function is not allowed to be used this way in an expression; function: ${inner}`,
    );
}

function checkTypes(name: string, wanted: "N" | "L", args: readonly Assigned[], problems: Problems): void {
  for (const arg of args) {
    if (arg.kind !== "value" || arg.value === NOTHING) continue;
    const type = typeOf(arg.value);
    if (type !== wanted) problems.add("operandType", wrongType(name, type));
  }
}

/** ADD takes numbers and sets, DELETE sets. */
function checkSetOperand(action: "ADD" | "DELETE", value: AttributeValue, problems: Problems): void {
  const type = typeOf(value);
  const name = TYPE_NAMES[type];
  if (name === undefined || (action === "ADD" && type === "N")) return;
  problems.add(
    "operandType",
    `Incorrect operand type for operator or function; operator: ${action}, operand type: ${name}, typeSet: ALLOWED_FOR_${action}_OPERAND`,
  );
}
