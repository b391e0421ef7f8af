// The one Squall of a run: the one at SQUALL_URL, or a new one in this process.
import { randomUUID } from "node:crypto";

/**
 * @param load gives `squall/testing`
 * @returns where it is, what to put in front of scopes' names, and what stops it
 */
export async function oneForAll(load) {
  const { SQUALL_URL: url, SQUALL_MARK_URL: mark } = process.env;
  // What runs already may hold what an earlier run has left. Under `squall run` and `squall explore` it is new, and each run must
  // be like the others.
  if (url) return { url, salt: mark ? "" : randomUUID(), stop: async () => {} };
  const { startSquall } = await load();
  const cloud = await startSquall();
  return { url: cloud.url, salt: "", stop: () => cloud.stop() };
}
