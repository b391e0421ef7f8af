import { ExpressionError, Lexer } from "./lexer.ts";
import { parseArguments, parsePath } from "./operand-parser.ts";
import type { ClauseSyntax, OperandSyntax, UpdateAction } from "./syntax.ts";

/** An update as parsed. A section that comes twice is told only after other complaints. */
export interface ParsedUpdate {
  readonly clauses: readonly ClauseSyntax[];
  readonly repeatedSection?: UpdateAction;
}

const ACTIONS = new Set(["SET", "REMOVE", "ADD", "DELETE"]);
const MOST_OPERATORS = 300;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html */
export function parseUpdate(source: string): ParsedUpdate {
  const lexer = new Lexer(source);
  const clauses: ClauseSyntax[] = [];
  const sections = new Set<UpdateAction>();
  let repeatedSection: UpdateAction | undefined;
  do {
    const action = lexer.next.text.toUpperCase() as UpdateAction;
    if (lexer.next.kind !== "word" || !ACTIONS.has(action)) throw lexer.syntaxError();
    lexer.take();
    if (sections.has(action)) repeatedSection ??= action;
    sections.add(action);
    do clauses.push(parseClause(lexer, action));
    while (lexer.accept(","));
  } while (!lexer.atEnd);
  if (clauses.length > MOST_OPERATORS)
    throw new ExpressionError(
      `The expression contains too many operators; operator count: ${clauses.length}`,
    );
  return repeatedSection ? { clauses, repeatedSection } : { clauses };
}

function parseClause(lexer: Lexer, action: UpdateAction): ClauseSyntax {
  const path = parsePath(lexer);
  if (action === "REMOVE") return { action, path };
  if (action === "SET") {
    lexer.expect("=");
    return { action, path, value: parseSum(lexer) };
  }
  if (lexer.next.kind !== "value") throw lexer.syntaxError();
  return { action, path, value: { kind: "value", name: lexer.take().text } };
}

/** One operand, or two with one operator between them. */
function parseSum(lexer: Lexer): OperandSyntax {
  const left = parseOperand(lexer);
  const { text } = lexer.next;
  if (text !== "+" && text !== "-") return left;
  lexer.take();
  return { kind: "arithmetic", operator: text, args: [left, parseOperand(lexer)] };
}

function parseOperand(lexer: Lexer): OperandSyntax {
  if (lexer.accept("(")) {
    const inner = parseSum(lexer);
    lexer.expect(")");
    return inner;
  }
  if (lexer.next.kind === "value") return { kind: "value", name: lexer.take().text };
  if (lexer.next.kind === "word" && lexer.afterNext.text === "(")
    return { kind: "call", name: lexer.take().text, args: parseArguments(lexer, () => parseSum(lexer)) };
  return parsePath(lexer);
}
