import { threads } from "./threads.ts";

const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./sqlite-check-worker.ts" : "./sqlite-check-worker.js",
  import.meta.url,
);

/**
 * Checks a database that came from elsewhere, all of it, and brings it up to date; in a thread, since it takes as long as reading it.
 * @throws Error that says what is wrong with it
 */
export async function checkedInThread(file: string): Promise<void> {
  const thread = new (threads().Worker)(THREAD, { workerData: file });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  thread.once("message", resolve);
  thread.once("error", reject);
  thread.once("exit", () => reject(new Error("the thread that checks it has ended")));
  const complaint = await promise;
  if (complaint !== undefined) throw new Error(complaint);
}
