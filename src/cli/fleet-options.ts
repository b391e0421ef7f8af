import { joined } from "../fleet/join.ts";
import { openStore } from "../fleet/open.ts";
import type { CloudOptions } from "../options.ts";
import { CliError } from "./cli-error.ts";

/** The flags that make a Squall a gateway of a fleet. */
export interface FleetFlags {
  readonly fleet?: string;
  readonly fleetName?: string;
}

/**
 * The same options for a gateway of a fleet, whose seed is the fleet's; as they are without one.
 * @throws CliError that says why the fleet cannot be joined
 */
export async function inFleet(
  options: CloudOptions,
  { fleet: url = process.env["SQUALL_FLEET"], fleetName: name }: FleetFlags,
): Promise<CloudOptions> {
  if (!url) return options;
  try {
    const store = await openStore(url);
    try {
      const snapshot = await joined(store, Date.now(), options.seed);
      return {
        ...options,
        seed: snapshot.seed,
        fleet: { store, snapshot, ...(name !== undefined && { name }) },
      };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}
