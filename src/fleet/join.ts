import { randomBytes } from "node:crypto";
import type { FleetStore, Snapshot } from "./port.ts";
import { checkSnapshot } from "./snapshot.ts";

/**
 * What the fleet acts by; the first gateway to come makes it.
 * @param seed what its chance goes by; by default the fleet's own, and for a new fleet one that is drawn
 * @throws Error when the fleet has another seed, or its store something that is no snapshot
 */
export async function joined(store: FleetStore, nowMs: number, seed?: string): Promise<Snapshot> {
  const first: Snapshot = {
    version: 1,
    seed: seed ?? randomBytes(8).toString("hex"),
    rules: [],
    tokens: [],
    atMs: nowMs,
  };
  const snapshot =
    (await store.snapshot(0)) ?? ((await store.publish(first, [])) ? first : await store.snapshot(0));
  if (snapshot === undefined) throw new Error("The fleet's store forgets what it was given.");
  checkSnapshot(snapshot);
  if (seed !== undefined && seed !== snapshot.seed)
    throw new Error(
      `The fleet has the seed ${snapshot.seed}, and all its gateways draw by it: leave --seed away, or give that one.`,
    );
  return snapshot;
}
