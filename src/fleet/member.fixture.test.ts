// Not tests but the fleets that tests and simulations look at; named so that the build leaves it out.

import { Clock } from "../core/clock.ts";
import { Log } from "../core/log.ts";
import { Random } from "../core/random.ts";
import { testEngine } from "../faults/fixture.test.ts";
import { joined } from "./join.ts";
import { Member } from "./member.ts";
import { MemoryStore } from "./memory-store.ts";
import type {
  FleetExperiment,
  FleetStore,
  GatewayReport,
  JournalEntry,
  LeaseRequest,
  Snapshot,
} from "./port.ts";

export const STARTED_MS = Date.parse("2026-01-01T00:00:00Z");

/** A way to a store, which can be cut, and takes as long as its network says. */
export class Way implements FleetStore {
  readonly #store: FleetStore;
  readonly #travel: (bytes: number) => Promise<void>;
  /** Is the store gone, for whoever asks it this way? */
  isCut: () => boolean;

  constructor(
    store: FleetStore,
    isCut: () => boolean,
    travel: (bytes: number) => Promise<void> = async () => {},
  ) {
    this.#store = store;
    this.isCut = isCut;
    this.#travel = travel;
  }

  async #ask<T>(bytes: number, ask: () => Promise<T>): Promise<T> {
    await this.#travel(bytes);
    if (this.isCut()) throw new Error("connect ECONNREFUSED");
    return await ask();
  }

  snapshot(than: number) {
    return this.#ask(0, async () => {
      const newest = await this.#store.snapshot(than);
      if (newest) await this.#travel(newest.rules.length);
      return newest;
    });
  }
  publish(snapshot: Snapshot, entries: readonly JournalEntry[]) {
    return this.#ask(snapshot.rules.length, () => this.#store.publish(snapshot, entries));
  }
  watch(hear: (version: number) => void) {
    return this.#store.watch((version) => {
      void this.#travel(0).then(() => {
        if (!this.isCut()) hear(version);
      });
    });
  }
  report(report: GatewayReport) {
    return this.#ask(0, () => this.#store.report(report));
  }
  gateways(of?: readonly string[]) {
    return this.#ask(0, () => this.#store.gateways(of));
  }
  counts() {
    return this.#ask(0, () => this.#store.counts());
  }
  lease(requests: readonly LeaseRequest[]) {
    return this.#ask(0, () => this.#store.lease(requests));
  }
  keepExperiment(experiment: FleetExperiment) {
    return this.#ask(0, () => this.#store.keepExperiment(experiment));
  }
  experiments(most: number) {
    return this.#ask(0, () => this.#store.experiments(most));
  }
  journal(most: number) {
    return this.#ask(0, () => this.#store.journal(most));
  }
  tidy(rules: readonly string[], goneForMs: number) {
    return this.#ask(0, () => this.#store.tidy(rules, goneForMs));
  }
  async close(): Promise<void> {}
}

/**
 * Has a store hang: it answers no change in time, until it `answers` again. What it was asked for it makes when it is told to
 * (`make`, which says whether it still could).
 */
export function hanging(store: FleetStore) {
  const publish = store.publish.bind(store);
  const asked: (() => Promise<boolean>)[] = [];
  store.publish = async (...given) => {
    asked.push(() => publish(...given));
    throw new Error("Query read timeout");
  };
  return {
    answers: () => {
      store.publish = publish;
    },
    make: async () => {
      let isMade = false;
      for (const make of asked.splice(0)) if (await make()) isMade = true;
      return isMade;
    },
  };
}

export interface FleetOptions {
  readonly seed?: string;
  /** Who may reach the store: all, unless it says otherwise. */
  readonly isCut?: (gateway: number) => boolean;
  /** How long something takes to the store or back. */
  readonly travel?: (bytes: number) => Promise<void>;
  readonly clock?: Clock;
}

export type TestFleet = Awaited<ReturnType<typeof testFleet>>;

/** Gateways whose clock stands still until it is moved: their engines, their parts in the fleet, and the store where they meet. */
export async function testFleet(count: number, options: FleetOptions = {}) {
  const {
    clock = new Clock({ startMs: STARTED_MS, rate: 0 }),
    isCut = () => false,
    seed = "the fleet's",
    travel,
  } = options;
  const store = new MemoryStore(() => clock.now());
  const random = new Random("a fleet");
  const log = new Log({ level: "ERROR", write: () => {}, nowMs: () => clock.now() });
  const gateways: Awaited<ReturnType<typeof gateway>>[] = [];
  for (let at = 0; at < count; at++) gateways.push(await gateway(at));

  async function gateway(at: number) {
    const { engine, bus } = testEngine({ clock, seed });
    const snapshot = await joined(store, clock.now(), seed);
    const member = new Member({
      store: new Way(store, () => isCut(at), travel),
      snapshot,
      name: () => `front-${at}`,
      version: "0.1.0",
      faults: engine,
      bus,
      log,
      clock,
      pace: clock,
      calls: () => 0,
      chance: () => random.next(),
    });
    const started = member.start();
    if (travel) await clock.advance(20);
    await started;
    return { engine, bus, clock, member };
  }

  return {
    clock,
    store,
    gateways,
    further: () => gateway(gateways.length),
    /** What every gateway has. */
    rules: () => gateways.map(({ engine }) => engine.list().map(({ id }) => id)),
    async stop() {
      await Promise.all(gateways.map(({ member }) => member.stop()));
      clock.stop();
    },
  };
}
