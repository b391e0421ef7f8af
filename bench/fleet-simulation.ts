import { Clock } from "../src/core/clock.ts";
import { Random } from "../src/core/random.ts";
import { sure } from "../src/core/sure.ts";
import { STARTED_MS, testFleet } from "../src/fleet/member.fixture.test.ts";
import type { Figure } from "./tools.ts";

/*
 * A fleet of up to 500 gateways by the same code on a virtual clock and network, so that it does not matter what machine
 * this is: every statement waits in one line for the store, travels there and back, and a gateway takes its time to put
 * new rules in force. The times below were measured: bench/fleet.ts, and PostgreSQL 15 on two cores.
 */

const SIZES = [10, 50, 100, 200, 500];
const CHANGES = 20;
/** One way, at least and at most. */
const NEAR_MS = 0.5;
const FAR_MS = 1.5;
/** What a statement takes the store, and what a snapshot of a thousand rules adds to one. */
const STATEMENT_MS = 0.15;
const SNAPSHOT_MS = 2;
/** Reading it and putting it in force takes a gateway this long. */
const TAKE_MS = 12;
/** In memory there are fewer rules: 500 gateways with a thousand each would not fit. */
const RULES = 50;
const OUTAGE_MS = 60_000;

export default async function bench(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const { p50, p99, busy, healedMs } = await simulated(size);
    figures.push({
      name: `${size} gateways, a change in force on all of them`,
      value: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; the store is busy for ${(busy * 100).toFixed(1)} %; after a minute without it all are up to date within ${(healedMs / 1000).toFixed(1)} s`,
    });
  }
  return figures;
}

async function simulated(size: number) {
  const clock = new Clock({ startMs: STARTED_MS, rate: 0 });
  const random = new Random("the network");
  let freeAtMs = clock.now();
  let busyMs = 0;
  let isGone = false;
  const travel = async (rules: number) => {
    const oneWay = () => NEAR_MS + (FAR_MS - NEAR_MS) * random.next();
    await clock.sleep(oneWay());
    const serviceMs = STATEMENT_MS + (rules / RULES) * SNAPSHOT_MS;
    freeAtMs = Math.max(freeAtMs, clock.now()) + serviceMs;
    busyMs += serviceMs;
    await clock.sleep(freeAtMs - clock.now() + oneWay() + (rules > 0 ? TAKE_MS : 0));
  };
  const fleet = await testFleet(size, { clock, travel, isCut: () => isGone });
  const engineOf = (at: number) => sure(fleet.gateways[at]).engine;
  for (let rule = 0; rule < RULES; rule++)
    engineOf(0).add({ id: `rule-${rule}`, effect: "reset", match: { service: "dynamodb" } });
  await clock.advance(10_000);

  const tookMs: number[] = [];
  const [startedMs, busyBefore] = [clock.now(), busyMs];
  for (let change = 0; change < CHANGES; change++) {
    const id = `change-${change}`;
    const fromMs = clock.now();
    const ends = fleet.gateways.map(({ bus }) =>
      bus.subscribe("fault.rule", ({ ruleId }) => {
        if (ruleId === id) tookMs.push(clock.now() - fromMs);
      }),
    );
    engineOf((change * 7) % size).add({ id, effect: "reset", match: { service: "sqs" } });
    await clock.advance(6000);
    for (const end of ends) end();
  }
  if (tookMs.length !== size * CHANGES) throw new Error(`${tookMs.length} of ${size * CHANGES} arrived.`);
  tookMs.sort((a, b) => a - b);
  const busy = (busyMs - busyBefore) / (clock.now() - startedMs);

  isGone = true;
  await clock.advance(OUTAGE_MS);
  isGone = false;
  const backMs = clock.now();
  // Somebody changes a rule as soon as the store is back.
  engineOf(0).add({ id: "after", effect: "reset", match: { service: "sqs" } });
  while (!fleet.gateways.every(({ engine }) => engine.get("after"))) await clock.advance(100);
  const healedMs = clock.now() - backMs;
  await Promise.all([fleet.stop(), clock.advance(60_000)]);
  return {
    p50: sure(tookMs[tookMs.length >> 1]),
    p99: sure(tookMs[Math.floor(tookMs.length * 0.99)]),
    busy,
    healedMs,
  };
}
