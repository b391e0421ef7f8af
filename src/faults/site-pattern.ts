import { glob } from "./glob.ts";
import { RuleError } from "./rule-error.ts";

/** Any number of steps. */
const ANY_STEPS = "**";
/** Patterns come from requests, and trying them must have an end. */
const MOST_STEPS = 8;

/**
 * A pattern of sites as a predicate over the steps of a path. `lambda.Invoke@worker > dynamodb.UpdateItem@stats` is the
 * end of a path; with `^` before it, the whole of it. `*` and `?` stand for any characters of a step, `**` for any steps. A
 * step may leave out its ordinal (`#2`) and its digest (`~1f3a9c`): it then is any of them.
 * @throws RuleError
 */
export function sitePattern(pattern: string, field: string): (steps: readonly string[]) => boolean {
  const isWhole = pattern.startsWith("^");
  const parts = (isWhole ? pattern.slice(1) : pattern).split(">").map((part) => part.trim());
  if (parts.length > MOST_STEPS) {
    throw new RuleError(`${field} has more than ${MOST_STEPS} steps.`, { field });
  }
  if (parts.some((part) => part === "")) {
    throw new RuleError(`${field}: "${pattern}" has an empty step. Steps are written a > b.`, { field });
  }
  const wanted = (isWhole ? parts : [ANY_STEPS, ...parts]).map((part) =>
    part === ANY_STEPS ? ANY_STEPS : stepPattern(part),
  );
  return (steps) => matches(wanted, 0, steps, 0);
}

type Wanted = typeof ANY_STEPS | ((step: string) => boolean);

function matches(wanted: readonly Wanted[], at: number, steps: readonly string[], step: number): boolean {
  const next = wanted[at];
  if (next === undefined) return step === steps.length;
  if (next === ANY_STEPS) {
    for (let from = step; from <= steps.length; from++) {
      if (matches(wanted, at + 1, steps, from)) return true;
    }
    return false;
  }
  const own = steps[step];
  return own !== undefined && next(own) && matches(wanted, at + 1, steps, step + 1);
}

/** `name~digest#ordinal`, the last two of which may be missing. */
const PARTS = /^(.*?)(~[0-9a-f*?]+)?(#[\d*?]+)?$/;

function stepPattern(pattern: string): (step: string) => boolean {
  const [, name = "", digest, ordinal] = PARTS.exec(pattern) ?? [];
  const fitsName = glob(name);
  const fitsDigest = digest === undefined ? undefined : glob(digest);
  const fitsOrdinal = ordinal === undefined ? undefined : glob(ordinal);
  return (step) => {
    const [, itsName = "", itsDigest = "", itsOrdinal = ""] = PARTS.exec(step) ?? [];
    return fitsName(itsName) && (fitsDigest?.(itsDigest) ?? true) && (fitsOrdinal?.(itsOrdinal) ?? true);
  };
}
