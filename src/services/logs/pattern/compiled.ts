/** What a pattern picked out of a message that it matches: `$.errorCode`, `$status` → text. */
export type Extracted = Readonly<Record<string, string>>;

export interface Pattern {
  /** The values of a match, or undefined for a message that does not match. */
  match(message: string): Extracted | undefined;
  /** The value that a selector (`$.latency`, `$bytes`) has in a message, matched or not. */
  value(message: string, selector: string): unknown;
}

/** Text that is no pattern. */
export class PatternError extends Error {}
