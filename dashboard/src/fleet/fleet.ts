import type { GatewayState } from "../../../src/fleet/gateway-state.ts";
import type { AgedReport, FleetExperiment, JournalEntry, Role } from "../../../src/fleet/port.ts";
import { ask, Refused } from "../api.ts";
import { on } from "../events.ts";
import type { Rule } from "../faults/rule.ts";
import { Store } from "../store.ts";
import { Rates } from "./rates.ts";

export type Gateway = AgedReport & { readonly state: GatewayState };

/** The fleet as `GET /_squall/fleet` gives it. */
export interface Status {
  /** The version that the gateway which was asked acts by. */
  readonly version: number;
  readonly newest: number;
  readonly seed: string;
  /** The gateway that was asked. */
  readonly gateway: string;
  /** It cannot reach the fleet's store. */
  readonly isLost: boolean;
  readonly gateways: readonly Gateway[];
  readonly you?: { readonly name: string; readonly role: Role };
}

export type Experiment = Omit<FleetExperiment, "struck" | "rules"> & {
  readonly matched: number;
  readonly fired: number;
};

/** What the whole fleet has, as it was read at once. */
export interface Fleet {
  readonly status: Status;
  readonly rules: readonly Rule[];
  readonly experiments: readonly Experiment[];
  readonly journal: readonly JournalEntry[];
}

/** What the fleet said last; `none` for a Squall that is in no fleet, `undefined` until it has been asked. */
export const fleet = new Store<Fleet | "none" | undefined>(undefined);
/** Why what is shown is of earlier. */
export const trouble = new Store<string | undefined>(undefined);

export const callRates = new Rates();
export const strikeRates = new Rates();

const LOST = "This gateway cannot reach the fleet's store, and goes on with these rules until they end.";

let isReading = false;

/** Reads all of it, once however many ask at the same time. */
export async function readFleet(): Promise<void> {
  if (isReading) return;
  isReading = true;
  try {
    const status = await ask<Status>("GET", "/_squall/fleet");
    if (status.isLost) lose(status);
    else {
      take({ status, ...(await readShared()) });
      trouble.set(undefined);
    }
  } catch (error) {
    if (error instanceof Refused && error.status === 404) fleet.set("none");
    // The head of the page says that Squall is not there, or wants its token.
    else if (error instanceof Refused && error.status === 503) trouble.set(`${error.message}.`);
  } finally {
    isReading = false;
  }
}

async function readShared(): Promise<Omit<Fleet, "status">> {
  const [{ rules }, { experiments }, { journal }] = await Promise.all([
    ask<{ rules: Rule[] }>("GET", "/_squall/fleet/rules"),
    ask<{ experiments: Experiment[] }>("GET", "/_squall/fleet/experiments?limit=20"),
    ask<{ journal: JournalEntry[] }>("GET", "/_squall/fleet/journal?limit=50"),
  ]);
  return { rules, experiments, journal };
}

function take(read: Fleet): void {
  const atMs = performance.now();
  callRates.look(new Map(read.status.gateways.map(({ gateway, calls }) => [gateway, calls])), atMs);
  strikeRates.look(new Map(read.rules.map(({ id, fired }) => [id, fired])), atMs);
  fleet.set(read);
}

/** Without the store a gateway knows nothing of the others: what was known of them stays. */
function lose(status: Status): void {
  trouble.set(LOST);
  const before = fleet.value;
  fleet.set(
    before === undefined || before === "none"
      ? { status, rules: [], experiments: [], journal: [] }
      : { ...before, status: { ...status, gateways: before.status.gateways } },
  );
}

// Another Squall may have begun at this address, in another fleet or in none.
on("anew", () => {
  fleet.set(undefined);
  trouble.set(undefined);
  callRates.clear();
  strikeRates.clear();
});
