import { ExpressionError, type Lexer } from "./lexer.ts";
import type { CallSyntax, OperandSyntax, PathStep, PathSyntax } from "./syntax.ts";

const MOST_INDEX = 2 ** 31 - 1;

/** `a.#b[3].c` */
export function parsePath(lexer: Lexer): PathSyntax {
  const steps: [string, ...PathStep[]] = [parseName(lexer)];
  for (;;) {
    if (lexer.accept(".")) {
      steps.push(parseName(lexer));
    } else if (lexer.accept("[")) {
      if (lexer.next.kind !== "number") throw lexer.syntaxError();
      steps.push(parseIndex(lexer.take().text));
      lexer.expect("]");
    } else {
      return { kind: "path", steps };
    }
  }
}

function parseIndex(digits: string): number {
  const index = Number(digits);
  if (index > MOST_INDEX)
    throw new ExpressionError(`List index is not within the allowable range; index: [${digits}]`);
  return index;
}

function parseName(lexer: Lexer): string {
  if (lexer.next.kind !== "word" && lexer.next.kind !== "name") throw lexer.syntaxError();
  return lexer.take().text;
}

/** `(x, y)` */
export function parseArguments(lexer: Lexer, parseArgument: () => OperandSyntax): CallSyntax["args"] {
  lexer.expect("(");
  return lexer.nested(() => {
    const args: [OperandSyntax, ...OperandSyntax[]] = [parseArgument()];
    while (lexer.accept(",")) args.push(parseArgument());
    lexer.expect(")");
    return args;
  });
}
