/** What one check has found. */
export interface Finding {
  /** `good`; `hint`: it works, and something is worth knowing; `wrong`: it will not work. */
  readonly verdict: "good" | "hint" | "wrong";
  readonly what: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const good = (what: string): Finding => ({ verdict: "good", what });
export const hint = (what: string, todo: string): Finding => ({ verdict: "hint", what, todo });
export const wrong = (what: string, todo: string): Finding => ({ verdict: "wrong", what, todo });
