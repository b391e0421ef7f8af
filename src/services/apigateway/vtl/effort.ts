import { regexSteps } from "../../../core/regex.ts";

/*
 * What rendering a template costs. Most templates cost next to nothing and are rendered in place; one that spends its effort is
 * given up there, and rendered anew in another process, whose time is limited (`render.ts`). Rendering is synchronous, so the effort
 * of the moment is one variable.
 */

/** The template takes more than may be spent in place. */
export class TooMuchEffort extends Error {}

let left = Number.POSITIVE_INFINITY;

/** Does work that may spend so much. */
export function withEffort<T>(effort: number, work: () => T): T {
  left = effort;
  try {
    return work();
  } finally {
    left = Number.POSITIVE_INFINITY;
  }
}

/** One is about a microsecond. */
export function spend(effort: number): void {
  left -= effort;
  if (left < 0) throw new TooMuchEffort();
}

export function spendOnText(...texts: readonly unknown[]): void {
  let length = 0;
  for (const text of texts) if (typeof text === "string") length += text.length;
  spend(length / 64);
}

/** A regular expression that may go back without end is nothing for here. */
export function spendOnRegex(source: string, text: string): void {
  if (left !== Number.POSITIVE_INFINITY) spend(1 + regexSteps(source, text.length) / 1000);
}
