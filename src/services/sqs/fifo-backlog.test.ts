import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Backlog } from "./backlog.ts";
import type { Entry } from "./entry.ts";
import { FifoBacklog } from "./fifo-backlog.ts";
import { StandardBacklog } from "./standard-backlog.ts";

function entry(sequence: number, groupId: string, visibleAtMs: number): Entry {
  return {
    sequence,
    order: sequence,
    sentAtMs: 0,
    state: "delayed",
    visibleAtMs,
    receivedAtMs: 0,
    receiveCount: 0,
    groupId,
    faulted: false,
  };
}

/** Takes up to `most` entries and hides them until `untilMs`. */
function take(backlog: Backlog, nowMs: number, most: number, untilMs: number): Entry[] {
  const taken: Entry[] = [];
  for (const next of backlog.available(nowMs)) {
    backlog.hide(next, untilMs);
    taken.push(next);
    if (taken.length === most) break;
  }
  return taken;
}

const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("send" as const),
      group: fc.constantFrom("a", "b", "c"),
      delay: fc.nat(3),
    }),
    fc.record({ do: fc.constant("take" as const), most: fc.integer({ min: 1, max: 4 }), hide: fc.nat(5) }),
    fc.record({ do: fc.constant("delete" as const), pick: fc.nat(100) }),
    fc.record({ do: fc.constant("pass time" as const), ms: fc.integer({ min: 1, max: 5 }) }),
  ),
  { maxLength: 80 },
);

test("Whatever happens, a FIFO group is delivered in order, and never while one of it is in flight", () => {
  fc.assert(
    fc.property(steps, (script) => {
      const backlog = new FifoBacklog();
      const alive = new Map<number, Entry>();
      let nowMs = 0;
      let sequence = 0;
      for (const step of script) {
        if (step.do === "send") {
          const sent = entry(++sequence, step.group, nowMs + step.delay);
          alive.set(sequence, sent);
          backlog.add(sent, nowMs);
        } else if (step.do === "pass time") nowMs += step.ms;
        else if (step.do === "delete") {
          const victim = [...alive.values()][step.pick % Math.max(1, alive.size)];
          if (victim) {
            backlog.remove(victim);
            alive.delete(victim.sequence);
          }
        } else {
          backlog.settle(nowMs);
          const locked = new Set(
            [...alive.values()].filter(({ state }) => state === "inflight").map((one) => one.groupId),
          );
          const waiting = [...alive.values()].filter(({ state }) => state !== "inflight");
          for (const taken of take(backlog, nowMs, step.most, nowMs + 1 + step.hide)) {
            assert.ok(!locked.has(taken.groupId), "a locked group was delivered");
            const first = waiting.find((one) => one.groupId === taken.groupId);
            assert.equal(taken, first, "a message overtook another of its group");
            waiting.splice(waiting.indexOf(taken), 1);
          }
        }
        const counted = { ready: 0, delayed: 0, inflight: 0 };
        for (const { state } of alive.values()) counted[state as keyof typeof counted]++;
        assert.deepEqual(backlog.counts, counted);
      }
    }),
    { numRuns: 500 },
  );
});

test("Whatever happens, everything that is sent to a FIFO or standard queue is delivered in the end", () => {
  fc.assert(
    fc.property(steps, fc.boolean(), (script, fifo) => {
      const backlog = fifo ? new FifoBacklog() : new StandardBacklog();
      let nowMs = 0;
      let sequence = 0;
      let left = 0;
      for (const step of script) {
        if (step.do === "send") {
          backlog.add(entry(++sequence, step.group, nowMs + step.delay), nowMs);
          left++;
        } else if (step.do === "take") take(backlog, nowMs, step.most, nowMs + step.hide);
        else if (step.do === "pass time") nowMs += step.ms;
      }
      for (let round = 0; left > 0 && round < 100; round++) {
        nowMs += 100;
        for (const next of take(backlog, nowMs, 10, nowMs + 1)) {
          backlog.remove(next);
          left--;
        }
      }
      assert.equal(left, 0);
      assert.deepEqual(backlog.counts, { ready: 0, delayed: 0, inflight: 0 });
    }),
    { numRuns: 500 },
  );
});
