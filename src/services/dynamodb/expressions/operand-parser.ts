import type { Lexer } from "./lexer.ts";
import type { OperandSyntax, PathStep, PathSyntax } from "./syntax.ts";

/** `a.#b[3].c` */
export function parsePath(lexer: Lexer): PathSyntax {
  const steps: PathStep[] = [parseName(lexer)];
  for (;;) {
    if (lexer.accept(".")) {
      steps.push(parseName(lexer));
    } else if (lexer.accept("[")) {
      if (lexer.next.kind !== "number") throw lexer.syntaxError();
      steps.push(Number(lexer.take().text));
      lexer.expect("]");
    } else {
      return { kind: "path", steps };
    }
  }
}

function parseName(lexer: Lexer): string {
  if (lexer.next.kind !== "word" && lexer.next.kind !== "name") throw lexer.syntaxError();
  return lexer.take().text;
}

/** `(x, y)` */
export function parseArguments(lexer: Lexer, parseArgument: () => OperandSyntax): OperandSyntax[] {
  lexer.expect("(");
  return lexer.nested(() => {
    const args = [parseArgument()];
    while (lexer.accept(",")) args.push(parseArgument());
    lexer.expect(")");
    return args;
  });
}
