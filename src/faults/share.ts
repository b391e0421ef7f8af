/** What one gateway of a fleet may use of what a rule allows all of them together. It is known here, and never asked for while a call waits. */
export interface Share {
  /**
   * Takes one of the times that the rule may fire; false when none is left here.
   * @param unit the caller or resource that it counts by
   */
  takes(unit: string | undefined, nowMs: number): boolean;
  /** How much of something that comes back with time (a rate's bucket) this gateway has. */
  of(unit: string | undefined, total: number): number;
}
