// The one Squall of a run: the one at SQUALL_URL, or a new one in this process.
import { randomUUID } from "node:crypto";

/**
 * @param load gives `squall/testing`
 * @returns where it is, what to put in front of scopes' names, and what stops it
 * @throws Error on a Node.js that is older than Squall wants
 */
export async function oneForAll(load) {
  const { SQUALL_URL: url, SQUALL_MARK_URL: mark } = process.env;
  // What runs already may hold what an earlier run has left. Under `squall run` and `squall explore` it is new, and each run must
  // be like the others.
  if (url) return { url, salt: mark ? "" : randomUUID(), stop: async () => {} };
  const { node } = process.versions;
  if (Number(node.split(".")[0]) < 24)
    throw new Error(
      `squall needs Node 24 or newer to run in your tests' process; this is Node ${node}. Or name one that runs by SQUALL_URL.`,
    );
  const { startSquall } = await load();
  const cloud = await startSquall();
  return { url: cloud.url, salt: "", stop: () => cloud.stop() };
}
