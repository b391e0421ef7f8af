/** What the parsers make of an expression's text: names and values still as written (`#n`, `:v`). */
export type PathStep = string | number;

export interface PathSyntax {
  readonly kind: "path";
  readonly steps: readonly PathStep[];
}
export interface ValueSyntax {
  readonly kind: "value";
  /** With its colon. */
  readonly name: string;
}
export interface CallSyntax {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly OperandSyntax[];
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
  | { readonly kind: "compare"; readonly operator: Comparator; readonly args: readonly OperandSyntax[] }
  | { readonly kind: "between"; readonly args: readonly OperandSyntax[] }
  | { readonly kind: "in"; readonly args: readonly OperandSyntax[] }
  | CallSyntax;

export type UpdateAction = "SET" | "REMOVE" | "ADD" | "DELETE";

export interface ClauseSyntax {
  readonly action: UpdateAction;
  readonly path: PathSyntax;
  /** Absent for REMOVE. */
  readonly value?: OperandSyntax;
}
