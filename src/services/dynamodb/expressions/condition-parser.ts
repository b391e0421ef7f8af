import { ExpressionError, Lexer } from "./lexer.ts";
import { parseArguments, parsePath } from "./operand-parser.ts";
import type { CallSyntax, Comparator, ConditionSyntax, OperandSyntax } from "./syntax.ts";

/** A condition as parsed. Redundant parentheses are AWS's first complaint about one that can be read. */
export interface ParsedCondition {
  readonly condition: ConditionSyntax;
  readonly redundantParentheses: boolean;
}

const COMPARATORS = new Set(["=", "<>", "<", "<=", ">", ">="]);
const MOST_OPERATORS = 300;
const MOST_IN_OPERANDS = 100;

/**
 * Condition, filter and key condition expressions.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Syntax
 */
export function parseCondition(source: string): ParsedCondition {
  return new ConditionParser(source).parse();
}

type Operand = { kind: "operand"; operand: OperandSyntax };

class ConditionParser {
  readonly #lexer: Lexer;
  #redundantParentheses = false;
  #operators = 0;

  constructor(source: string) {
    this.#lexer = new Lexer(source);
  }

  parse(): ParsedCondition {
    const condition = this.#or();
    this.#lexer.expectEnd();
    if (this.#operators > MOST_OPERATORS)
      throw new ExpressionError(
        `The expression contains too many operators; operator count: ${this.#operators}`,
      );
    return { condition, redundantParentheses: this.#redundantParentheses };
  }

  #or(): ConditionSyntax {
    let left = this.#and();
    while (this.#lexer.acceptKeyword("OR")) {
      this.#operators++;
      left = { kind: "or", conditions: [left, this.#and()] };
    }
    return left;
  }

  #and(): ConditionSyntax {
    let left = this.#not();
    while (this.#lexer.acceptKeyword("AND")) {
      this.#operators++;
      left = { kind: "and", conditions: [left, this.#not()] };
    }
    return left;
  }

  #not(): ConditionSyntax {
    if (!this.#lexer.acceptKeyword("NOT")) return this.#primary();
    this.#operators++;
    return { kind: "not", condition: this.#lexer.nested(() => this.#not()) };
  }

  #primary(): ConditionSyntax {
    const first = this.#conditionOrOperand();
    return first.kind === "operand" ? this.#rest(first.operand) : first;
  }

  /** What parentheses hold is only known at their end: `(a = :b)` or `(a) = :b`. */
  #conditionOrOperand(): ConditionSyntax | Operand {
    const { start } = this.#lexer.next;
    if (!this.#lexer.accept("(")) return this.#operandOrCall();
    const first = this.#lexer.next.start;
    const inner = this.#lexer.nested(() => this.#parenthesised());
    // `((…))`: the pair holds nothing but another pair.
    if (this.#lastPair.start === first && this.#lastPair.end === this.#lexer.next.start)
      this.#redundantParentheses = true;
    this.#lexer.expect(")");
    this.#lastPair = { start, end: this.#lexer.next.start };
    if (inner.kind !== "call" || !this.#startsRest()) return inner;
    // `(size(a)) > :b`: what looked like a condition is compared.
    this.#operators--;
    return { kind: "operand", operand: inner };
  }

  /** The pair of parentheses that was closed last: where it starts, and where the token behind it does. */
  #lastPair = { start: -1, end: -1 };

  #parenthesised(): ConditionSyntax | Operand {
    if (this.#lexer.isKeyword("NOT")) return this.#or();
    const first = this.#conditionOrOperand();
    const condition =
      first.kind !== "operand" ? first : this.#startsRest() ? this.#rest(first.operand) : undefined;
    if (!condition) return first;
    return this.#continue(condition);
  }

  /** `… AND …`, `… OR …` behind a condition that has been read. */
  #continue(first: ConditionSyntax): ConditionSyntax {
    let left = first;
    while (this.#lexer.acceptKeyword("AND")) {
      this.#operators++;
      left = { kind: "and", conditions: [left, this.#not()] };
    }
    while (this.#lexer.acceptKeyword("OR")) {
      this.#operators++;
      left = { kind: "or", conditions: [left, this.#and()] };
    }
    return left;
  }

  #startsRest(): boolean {
    const { kind, text } = this.#lexer.next;
    return (
      (kind === "symbol" && COMPARATORS.has(text)) ||
      this.#lexer.isKeyword("BETWEEN") ||
      this.#lexer.isKeyword("IN")
    );
  }

  #operandOrCall(): ConditionSyntax | Operand {
    const operand = this.#operand();
    // A function is a condition, unless it is compared.
    if (operand.kind === "call" && !this.#startsRest()) {
      this.#operators++;
      return operand as CallSyntax;
    }
    return { kind: "operand", operand };
  }

  /** `<operand>` has been read; what is said of it? */
  #rest(left: OperandSyntax): ConditionSyntax {
    const lexer = this.#lexer;
    this.#operators++;
    if (lexer.acceptKeyword("BETWEEN")) {
      const low = this.#nestedOperand();
      lexer.expectKeyword("AND");
      return { kind: "between", args: [left, low, this.#nestedOperand()] };
    }
    if (lexer.acceptKeyword("IN")) {
      lexer.expect("(");
      const list = [this.#nestedOperand()];
      while (lexer.accept(",")) list.push(this.#nestedOperand());
      lexer.expect(")");
      if (list.length > MOST_IN_OPERANDS)
        throw new ExpressionError(
          `The IN operator is provided with too many operands; number of operands: ${list.length}`,
        );
      return { kind: "in", args: [left, ...list] };
    }
    if (!COMPARATORS.has(lexer.next.text)) throw lexer.syntaxError();
    const operator = lexer.take().text as Comparator;
    return { kind: "compare", operator, args: [left, this.#nestedOperand()] };
  }

  /** An operand, which may stand in parentheses. */
  #nestedOperand(): OperandSyntax {
    if (!this.#lexer.accept("(")) return this.#operand();
    if (this.#lexer.next.text === "(") this.#redundantParentheses = true;
    const operand = this.#lexer.nested(() => this.#nestedOperand());
    this.#lexer.expect(")");
    return operand;
  }

  #operand(): OperandSyntax {
    const lexer = this.#lexer;
    if (lexer.next.kind === "value") return { kind: "value", name: lexer.take().text };
    if (lexer.next.kind === "word" && lexer.afterNext.text === "(" && !isOperatorWord(lexer.next.text)) {
      return {
        kind: "call",
        name: lexer.take().text,
        args: parseArguments(lexer, () => this.#nestedOperand()),
      };
    }
    return parsePath(lexer);
  }
}

function isOperatorWord(word: string): boolean {
  return /^(?:AND|OR|NOT|IN|BETWEEN)$/i.test(word);
}
