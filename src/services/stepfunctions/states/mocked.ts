import { sure } from "../../../core/sure.ts";
import { StateFailure } from "../language/failure.ts";
import { Payload } from "../language/payload.ts";
import type { Exit, Visit } from "../run/visit.ts";
import { numberField } from "./fields.ts";

// Asked only where a state is tested: TestState refuses a Map or Parallel without a mock.
const mockOf = ({ run }: Visit) => sure(run.bench?.mock);

/** What is put in place of a result when a state is tested. @throws StateFailure a mocked error */
export function mocked(visit: Visit): Promise<Exit> {
  const result = mockOf(visit)();
  if (result instanceof StateFailure) throw result;
  return visit.exitWithResult(Payload.of(result));
}

/** The same of a Map, whose limits are looked at, too. */
export async function mockedMap(visit: Visit, concurrency: number): Promise<Exit> {
  const bench = sure(visit.run.bench);
  bench.note("maxConcurrency", concurrency);
  const count = await numberField(visit, "ToleratedFailureCount", "integer");
  const percentage = await numberField(visit, "ToleratedFailurePercentage", "float");
  if (count !== undefined) bench.note("toleratedFailureCount", count);
  if (percentage !== undefined) bench.note("toleratedFailurePercentage", percentage);
  const result = mockOf(visit)();
  if (result instanceof StateFailure) throw result;
  const { failedIterations } = bench;
  const items = Array.isArray(result) ? result.length : 1;
  const isTooMany =
    failedIterations !== undefined &&
    failedIterations > 0 &&
    (percentage === undefined
      ? failedIterations > (count ?? 0)
      : (failedIterations / Math.max(items, failedIterations)) * 100 > percentage ||
        (count !== undefined && failedIterations > count));
  if (isTooMany)
    throw new StateFailure(
      "States.ExceedToleratedFailureThreshold",
      "The specified tolerated failure threshold was exceeded",
      "task",
    );
  return visit.exitWithResult(Payload.of(result));
}
