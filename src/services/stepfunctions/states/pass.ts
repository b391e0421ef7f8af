import { Payload } from "../language/payload.ts";
import type { Exit, Visit } from "../run/visit.ts";

/** https://states-language.net/#pass-state */
export function pass(visit: Visit): Exit | Promise<Exit> {
  if (visit.isJsonata) return visit.exitWithPass(visit.input);
  const input = visit.effectiveInput();
  const { Result } = visit.state;
  if (Result !== undefined) visit.run.bench?.note("result", Result);
  return visit.exitWithPass(Result === undefined ? input : Payload.of(Result));
}
