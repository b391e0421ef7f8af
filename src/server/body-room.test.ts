import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyRoom } from "./body-room.ts";

const stays = () => {};

test("bodies have room up to the bound, and one always has", async () => {
  const room = new BodyRoom(100, 60_000);
  assert.equal(room.enter(1000, stays), true);
  const later = room.enter(1, stays);
  room.leave(1000);
  assert.equal(await later, true);
  assert.equal(room.enter(99, stays), true);
  assert.equal(room.heldBytes, 100);
});

test("the oldest goes first, also where a smaller one behind it would fit", async () => {
  const room = new BodyRoom(100, 60_000);
  room.enter(60, stays);
  const order: string[] = [];
  const large = Promise.resolve(room.enter(50, stays)).then(() => order.push("large"));
  const small = Promise.resolve(room.enter(10, stays)).then(() => order.push("small"));
  assert.equal(room.waiting, 2);
  room.leave(60);
  await Promise.all([large, small]);
  assert.deepEqual(order, ["large", "small"]);
});

test("whoever leaves while it waits holds nobody up", async () => {
  const room = new BodyRoom(100, 60_000);
  room.enter(60, stays);
  let leave = () => {};
  const gone = room.enter(90, (leaves) => {
    leave = leaves;
  });
  const next = room.enter(40, stays);
  leave();
  assert.equal(await gone, false);
  assert.equal(await next, true);
  assert.equal(room.heldBytes, 100);
});

test("whoever has waited in vain is told so", async () => {
  const room = new BodyRoom(100, 10);
  room.enter(60, stays);
  assert.equal(await room.enter(60, stays), false);
  assert.equal(room.heldBytes, 60);
  assert.equal(room.waiting, 0);
});

test("what cannot wait is counted, not held up", () => {
  const room = new BodyRoom(100, 10);
  room.enter(90, stays);
  room.squeezeIn(90);
  assert.equal(room.heldBytes, 180);
  room.leave(90);
  room.leave(90);
  assert.equal(room.heldBytes, 0);
});
