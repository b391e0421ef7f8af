import { LanguageError, QueryError } from "../language/failure.ts";
import type { Json } from "../language/json.ts";
import { readTimestamp } from "../language/timestamp.ts";
import type { Exit, Visit } from "../run/visit.ts";

/** So many seconds a Wait can last: https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
const LONGEST_S = 99_999_999;
/** A Timestamp can be as far away as a 32-bit number of milliseconds in days says. */
const LONGEST_TIMESTAMP_MS = (2 ** 31 - 1) * 1000;

/** https://states-language.net/#wait-state */
export async function wait(visit: Visit): Promise<Exit> {
  const { branch } = visit;
  const input = visit.isJsonata ? visit.input : visit.afterInputPath();
  let untilMs = branch.frame.work?.untilMs;
  if (untilMs === undefined) {
    untilMs = await momentOf(visit, input.json);
    branch.keepWork({ untilMs });
  }
  if (!visit.run.bench) await branch.sleepUntil(untilMs);
  return visit.exitWithInput(input);
}

async function momentOf(visit: Visit, input: Json): Promise<number> {
  const { state, run } = visit;
  if (state.SecondsPath !== undefined) return run.nowMs + secondsAt(visit, state.SecondsPath, input) * 1000;
  if (state.TimestampPath !== undefined) return timestampAt(visit, state.TimestampPath, input);
  if (state.Seconds !== undefined) {
    const seconds = visit.isJsonata ? await visit.query(state.Seconds, "Seconds") : state.Seconds;
    if (typeof seconds !== "number" || !Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_S)
      throw new QueryError(
        `The Seconds field must be a whole number from 0 to ${LONGEST_S}, but was: ${JSON.stringify(seconds)}`,
        "Seconds",
      );
    return run.nowMs + seconds * 1000;
  }
  const { Timestamp: given = "" } = state;
  const timestamp = visit.isJsonata ? await visit.query(given, "Timestamp") : given;
  const atMs = typeof timestamp === "string" ? readTimestamp(timestamp) : undefined;
  if (atMs === undefined)
    throw new QueryError(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`,
      "Timestamp",
    );
  return within(visit, atMs);
}

function secondsAt(visit: Visit, path: string, input: Json): number {
  let seconds: Json;
  try {
    seconds = visit.path(path, input);
  } catch {
    throw new LanguageError(`The SecondsPath parameter does not reference an input value: ${path}`);
  }
  if (typeof seconds !== "number" || !Number.isInteger(seconds))
    throw new LanguageError(
      `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${typeof seconds === "string" ? seconds : JSON.stringify(seconds)}`,
    );
  if (seconds < 0)
    throw new LanguageError(`The SecondsPath parameter references a negative value: ${path} == ${seconds}`);
  if (seconds > LONGEST_S) throw new LanguageError("Wait state delay is too long.");
  return seconds;
}

function timestampAt(visit: Visit, path: string, input: Json): number {
  let timestamp: Json;
  try {
    timestamp = visit.path(path, input);
  } catch {
    throw new LanguageError(`The TimestampPath parameter does not reference an input value: ${path}`);
  }
  const atMs = typeof timestamp === "string" ? readTimestamp(timestamp) : undefined;
  if (atMs === undefined)
    throw new LanguageError(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${timestamp}`,
    );
  return within(visit, atMs);
}

function within(visit: Visit, atMs: number): number {
  if (atMs - visit.run.nowMs > LONGEST_TIMESTAMP_MS) throw new LanguageError("Wait state delay is too long.");
  return atMs;
}
