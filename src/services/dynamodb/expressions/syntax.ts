/** What the parsers make of an expression's text: names and values still as written (`#n`, `:v`). */
export type PathStep = string | number;

export interface PathSyntax {
  readonly kind: "path";
  readonly steps: readonly [string, ...PathStep[]];
}
export interface ValueSyntax {
  readonly kind: "value";
  /** With its colon. */
  readonly name: string;
}
export interface CallSyntax {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly [OperandSyntax, ...OperandSyntax[]];
}
export interface ArithmeticSyntax {
  readonly kind: "arithmetic";
  readonly operator: "+" | "-";
  readonly args: readonly [OperandSyntax, OperandSyntax];
}
export type OperandSyntax = PathSyntax | ValueSyntax | CallSyntax | ArithmeticSyntax;

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type ConditionSyntax =
  | { readonly kind: "and" | "or"; readonly conditions: readonly [ConditionSyntax, ConditionSyntax] }
  | { readonly kind: "not"; readonly condition: ConditionSyntax }
  | {
      readonly kind: "compare";
      readonly operator: Comparator;
      readonly args: readonly [OperandSyntax, OperandSyntax];
    }
  | { readonly kind: "between"; readonly args: readonly [OperandSyntax, OperandSyntax, OperandSyntax] }
  | { readonly kind: "in"; readonly args: readonly [OperandSyntax, ...OperandSyntax[]] }
  | CallSyntax;

export type UpdateAction = "SET" | "REMOVE" | "ADD" | "DELETE";

export type ClauseSyntax =
  | { readonly action: "REMOVE"; readonly path: PathSyntax }
  | {
      readonly action: "SET" | "ADD" | "DELETE";
      readonly path: PathSyntax;
      readonly value: OperandSyntax;
    };
