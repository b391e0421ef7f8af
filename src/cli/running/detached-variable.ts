/** Names the log file to the process that is started to stay. */
const DETACHED = "SQUALL_DETACHED";

/** What makes a process of this command one that stays. */
export const detachedInto = (log: string): Readonly<Record<string, string>> => ({ [DETACHED]: log });

/** Is this the process that has been started to stay? */
export const isDetached = (): boolean => process.env[DETACHED] !== undefined;

/** @returns the log file, in the process that has been started to stay; its own children know nothing of it */
export function detachedLog(): string | undefined {
  const log = process.env[DETACHED];
  delete process.env[DETACHED];
  return log;
}
