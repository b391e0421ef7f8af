import type { Script } from "node:vm";
import { lazily } from "./lazily.ts";
import { LimitExceeded } from "./limited.ts";

const vm = lazily<typeof import("node:vm")>("node:vm");

/** A script that does the work of the moment: only code in `vm` can be ended from outside. Its context takes a megabyte. */
let place: { readonly script: Script; readonly sandbox: { work?: () => unknown } } | undefined;

/**
 * Work whose length a user's text decides, done in place but ended when it takes too long; for what cannot wait for another
 * thread (see `limited.ts`). It costs a tenth of a millisecond.
 * @throws LimitExceeded
 */
export function withDeadline<T>(deadlineMs: number, work: () => T): T {
  place ??= { script: new (vm().Script)("work()"), sandbox: vm().createContext({}) };
  const { script, sandbox } = place;
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
