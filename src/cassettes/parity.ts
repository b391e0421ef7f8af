import { type Cassette, keyOf } from "./cassette.ts";
import { differencesOf } from "./differences.ts";

/** What is different between two recordings of the same command. */
export interface Parity {
  /** Calls that both have, and that were answered alike. */
  readonly alike: number;
  readonly different: readonly { readonly call: string; readonly differences: readonly string[] }[];
  /** Calls that only one of them has: what it was answered before led the command another way. */
  readonly onlyThere: readonly string[];
  readonly onlyHere: readonly string[];
}

/** Lays two recordings side by side, call by call. */
export function parityOf(there: Cassette, here: Cassette): Parity {
  const different: { call: string; differences: readonly string[] }[] = [];
  const onlyThere: string[] = [];
  let alike = 0;
  for (const recording of there.all()) {
    const call = keyOf(recording);
    const other = here.get(call);
    if (other === undefined) {
      onlyThere.push(call);
      continue;
    }
    const differences = differencesOf(recording.answer, other.answer);
    if (differences.length === 0) alike++;
    else different.push({ call, differences });
  }
  const onlyHere = here
    .all()
    .map(keyOf)
    .filter((call) => there.get(call) === undefined);
  return { alike, different, onlyThere, onlyHere };
}
