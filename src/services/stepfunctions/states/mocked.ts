import { StateFailure } from "../language/failure.ts";
import { Payload } from "../language/payload.ts";
import type { Exit, Visit } from "../run/visit.ts";

/** What is put in place of a result when a state is tested. @throws StateFailure a mocked error */
export function mocked(visit: Visit): Promise<Exit> {
  const result = visit.run.bench!.mock!();
  if (result instanceof StateFailure) throw result;
  return visit.exitWithResult(Payload.of(result));
}
