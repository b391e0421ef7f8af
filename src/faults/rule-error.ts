/** A rule that is refused: what is wrong with it and, where there is one, the name that was probably meant. */
export class RuleError extends Error {
  readonly code = "InvalidRule";
  readonly status: number;
  /** Where in the rule: `times`, `match.operation`, `params.status`; a rules file gets its line number from it. */
  readonly field: string | undefined;

  constructor(message: string, options: { field?: string; status?: number } = {}) {
    super(message);
    this.name = "RuleError";
    this.status = options.status ?? 400;
    this.field = options.field;
  }
}
