import assert from "node:assert/strict";
import { test } from "node:test";
import { Slices } from "./unhurried.ts";

function busy(ms: number): void {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
}

test("a piece of work begins once the one before has gone as far as its promises come", async () => {
  const slices = new Slices();
  const seen: string[] = [];
  const piece = async (name: string) => {
    await slices.next();
    seen.push(`${name} begins`);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    seen.push(`${name} ends`);
  };
  await Promise.all(["a", "b", "c"].map(piece));
  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("a piece that waits for the world holds nobody up", async () => {
  const slices = new Slices();
  const { promise: world, resolve } = Promise.withResolvers<void>();
  const waiting = slices.next().then(() => world);
  await slices.next();
  resolve();
  await waiting;
});

test("a turn of the event loop holds one slice of work, however much there is", async () => {
  const slices = new Slices();
  let turn = 0;
  let counting = true;
  setImmediate(function count() {
    turn++;
    if (counting) setImmediate(count);
  });
  const turns: number[] = [];
  const piece = async () => {
    await slices.next();
    busy(6);
    turns.push(turn);
  };
  await Promise.all(Array.from({ length: 8 }, piece));
  counting = false;
  // Two of them are more than the ten milliseconds of a slice.
  for (const is of new Set(turns)) assert.ok(turns.filter((other) => other === is).length <= 2, turns.join());
});
