import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus, type EndedCall } from "../core/bus.ts";
import { Clock } from "../core/clock.ts";
import { Settling } from "./settle.ts";

/** A world in which calls happen at these moments, in milliseconds from now. */
function world(...momentsMs: number[]) {
  const clock = new Clock({ startMs: 0, rate: 0 });
  const bus = new Bus();
  const happened: number[] = [];
  for (const atMs of momentsMs)
    clock.setTimer(atMs, () => {
      happened.push(clock.now());
      bus.publish("call.ended", { operation: "SendMessage" } as EndedCall);
    });
  const settling = new Settling({ bus, clock, underWay: () => [], isBusy: () => false });
  const steps: number[] = [];
  const advance = clock.advance.bind(clock);
  clock.advance = (byMs) => {
    steps.push(byMs);
    return advance(byMs);
  };
  return { happened, steps, settle: (withinMs: number) => settling.settle(withinMs) };
}

test("a world in which nothing is due is at rest after the longest that anything is silent, without a look at each moment", async () => {
  const { settle, steps } = world();
  assert.deepEqual(await settle(900_000), { isQuiet: true, passedMs: 200_000 });
  assert.deepEqual(steps, [200_000]);
});

test("what is due within the silence happens, and the silence begins anew", async () => {
  const { settle, happened } = world(190_000, 385_000);
  assert.deepEqual(await settle(900_000), { isQuiet: true, passedMs: 585_000 });
  assert.deepEqual(happened, [190_000, 385_000]);
});

test("what is due behind the silence is not waited for, and nothing is when the time is over", async () => {
  const late = world(201_000);
  assert.deepEqual(await late.settle(900_000), { isQuiet: true, passedMs: 200_000 });
  assert.deepEqual(late.happened, []);
  const busy = world(10_000, 20_000, 30_000);
  assert.deepEqual(await busy.settle(25_000), { isQuiet: false, passedMs: 25_000 });
  assert.deepEqual(busy.happened, [10_000, 20_000]);
});
