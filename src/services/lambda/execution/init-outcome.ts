/** How an init phase ended. */
export type InitOutcome =
  | { readonly kind: "ready" }
  | { readonly kind: "timeout" }
  /** @property how `with error: exit status 1` … */
  | { readonly kind: "exit"; readonly how: string }
  /** The runtime said what is wrong. */
  | { readonly kind: "error"; readonly errorType: string; readonly payload: Buffer };

/** The error type in the log; undefined when there is none. */
export function initErrorType(outcome: InitOutcome): string | undefined {
  if (outcome.kind === "error") return outcome.errorType;
  return outcome.kind === "exit" ? "Runtime.ExitError" : undefined;
}
