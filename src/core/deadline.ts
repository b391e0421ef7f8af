import { createContext, Script } from "node:vm";
import { LimitExceeded } from "./limited.ts";

/** A script that does the work of the moment: only code in `vm` can be ended from outside. */
const script = new Script("work()");
const sandbox: { work?: () => unknown } = createContext({});

/**
 * Work whose length a user's text decides, done in place but ended when it takes too long; for what cannot wait for another
 * thread (see `limited.ts`). It costs a tenth of a millisecond.
 * @throws LimitExceeded
 */
export function withDeadline<T>(deadlineMs: number, work: () => T): T {
  sandbox.work = work;
  try {
    return script.runInContext(sandbox, { timeout: deadlineMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new LimitExceeded(`it took more than ${deadlineMs} ms`);
  } finally {
    delete sandbox.work;
  }
}
