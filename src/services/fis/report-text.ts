import type { Findings, Strike } from "./evidence.ts";
import type { ExperimentAction } from "./experiment.ts";
import type { Tally } from "./tally.ts";

export const ACTION_HEAD = ["action", "id", "status", "from", "to", "strikes"] as const;
export const CALL_HEAD = ["operation", "calls", "errors", "struck", "mean", "longest"] as const;
export const STRIKE_HEAD = ["at", "action", "call", "effect", "client saw"] as const;

/** When something was, as reports say it; nothing for what has not been yet. */
export const dateTime = (ms: number | undefined): string =>
  ms === undefined ? "" : new Date(ms).toISOString();

/** An action's cells below {@link ACTION_HEAD}. @param strikes how many calls it struck */
export const actionRow = (name: string, action: ExperimentAction, strikes = 0): string[] => [
  name,
  action.actionId,
  action.state.status,
  dateTime(action.startedAtMs),
  dateTime(action.endedAtMs),
  String(strikes),
];

/** The calls of each operation, below {@link CALL_HEAD}. */
export const callRows = (tallies: readonly Tally[]): string[][] =>
  tallies.map(({ service, operation, calls, errors, struck, totalMs, longestMs }) => [
    `${service}.${operation}`,
    String(calls),
    String(errors),
    String(struck),
    `${Math.round(totalMs / calls)} ms`,
    `${longestMs} ms`,
  ]);

/** A struck call's cells below {@link STRIKE_HEAD}. */
export const strikeRow = ({
  at,
  action,
  service,
  operation,
  effect,
  status,
  errorCode,
}: Strike): string[] => [
  at,
  action,
  `${service}.${operation}`,
  effect,
  status === 0 ? "dropped" : [status, errorCode].filter((part) => part).join(" "),
];

/** What is said below struck calls of which not all are listed; undefined when all are. */
export const firstOfStrikes = ({ strikes, strikeCount }: Findings): string | undefined =>
  strikeCount > strikes.length ? `The first ${strikes.length} of ${strikeCount}.` : undefined;
