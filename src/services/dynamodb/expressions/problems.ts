import { ExpressionError } from "./lexer.ts";

export type ProblemKind =
  | "parentheses"
  | "unknownFunction"
  | "misusedFunction"
  | "reserved"
  | "section"
  | "undefinedName"
  | "undefinedValue"
  | "path"
  | "overlap"
  | "conflict"
  | "operandCount"
  | "distinct"
  | "operandType"
  | "condition";

/** What is wrong with an expression that can be read. AWS tells one thing: the first of a kind, and kinds in an order of its own. */
export class Problems {
  /** Most expressions have none. */
  #first: Map<ProblemKind, string> | undefined;

  add(kind: ProblemKind, message: string): void {
    this.#first ??= new Map();
    if (!this.#first.has(kind)) this.#first.set(kind, message);
  }

  /** The message that comes first in this order of kinds. */
  first(order: readonly ProblemKind[]): string | undefined {
    if (this.#first === undefined) return undefined;
    for (const kind of order) {
      const message = this.#first.get(kind);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Moves problems of these kinds into an outer collection. */
  liftInto(outer: Problems, kinds: readonly ProblemKind[]): void {
    if (this.#first === undefined) return;
    for (const kind of kinds) {
      const message = this.#first.get(kind);
      if (message !== undefined) outer.add(kind, message);
    }
  }

  throwFirst(order: readonly ProblemKind[]): void {
    const message = this.first(order);
    if (message !== undefined) throw new ExpressionError(message);
  }
}

/** `[a, [0], b]` */
export function describePath(path: readonly (string | number)[]): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}
