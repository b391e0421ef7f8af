import { AwsError } from "../../../core/aws-error.ts";
import { TASK } from "../fault-points.ts";
import { StateFailure } from "../language/failure.ts";
import type { Visit } from "../run/visit.ts";

/** Asks a task's service, unless a rule has the task fail. @throws StateFailure */
export async function struck<T>(visit: Visit, request: () => Promise<T>): Promise<T> {
  const { run, name } = visit;
  const { stateMachineArn, account, region, parentId } = run.execution;
  const subject = { resource: stateMachineArn, operation: name, ...(parentId !== undefined && { parentId }) };
  try {
    return await run.host.faultPoint(TASK, subject, { account, region }, async (hits) => {
      const hit = hits.find(({ effect }) => effect === "fail");
      if (hit) throw new Struck(String(hit.params["error"]), String(hit.params["cause"]));
      return request();
    });
  } catch (error) {
    if (error instanceof Struck) throw new StateFailure(error.error, error.message, "task");
    if (!(error instanceof AwsError)) throw error;
    // A generic effect at this point names the error that Retry and Catch see.
    throw new StateFailure(error.code, error.message, "task");
  }
}

class Struck extends Error {
  readonly error: string;
  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}
