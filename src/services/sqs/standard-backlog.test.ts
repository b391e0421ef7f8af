import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newEntry } from "./entry.ts";
import { StandardBacklog } from "./standard-backlog.ts";

/** What is known of a message without any structure: all are looked through each time. */
interface Known {
  readonly sequence: number;
  order: number;
  /** Ready from then on. */
  fromMs: number;
  /** It was put behind others: of two with the same order it comes first. */
  isDeferred: boolean;
}

const many = fc.integer({ min: 1, max: 600 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send" as const), many }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("send later" as const), delay: fc.nat(4) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("take" as const), many, hide: fc.nat(4), deletes: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("defer" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), pick: fc.nat(), many }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("postpone" as const), pick: fc.nat(), delay: fc.nat(4) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("pass time" as const), ms: fc.integer({ min: 1, max: 5 }) }),
  },
);

test("a standard queue hands out what is ready by its order, however messages come, hide, come back and go", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (script) => {
      const backlog = new StandardBacklog();
      let known: Known[] = [];
      let [nowMs, sequence, lastOrder] = [0, 0, 0];
      const send = (delay: number | undefined) => {
        // As an open queue has it: sequences go on behind what was put behind others, or meet it.
        sequence += 1;
        if (delay === undefined) backlog.addNew(sequence, nowMs);
        else {
          const entry = { ...newEntry(sequence, nowMs), visibleAtMs: nowMs + delay };
          if (delay > 0) entry.state = "delayed";
          backlog.add(entry, nowMs);
        }
        lastOrder = Math.max(lastOrder, sequence);
        known.push({ sequence, order: sequence, fromMs: nowMs + (delay ?? 0), isDeferred: false });
      };
      const next = () =>
        known
          .filter(({ fromMs }) => fromMs <= nowMs)
          .reduce<Known | undefined>((first, one) => {
            if (!first || one.order < first.order) return one;
            return one.order === first.order && one.isDeferred && !first.isDeferred ? one : first;
          }, undefined);
      for (const step of script) {
        if (step.do === "send") for (let n = 0; n < step.many; n++) send(undefined);
        else if (step.do === "send later") send(step.delay);
        else if (step.do === "pass time") nowMs += step.ms;
        else if (step.do === "take") {
          let left = step.many;
          for (const entry of backlog.available(nowMs)) {
            const expected = next();
            assert.equal(entry.sequence, expected?.sequence);
            if (step.deletes) {
              backlog.remove(entry);
              known = known.filter((one) => one !== expected);
            } else {
              backlog.hide(entry, nowMs + 1 + step.hide);
              if (expected) expected.fromMs = nowMs + 1 + step.hide;
            }
            if (--left === 0) break;
          }
          if (left > 0) assert.equal(next(), undefined);
        } else if (step.do === "defer") {
          for (const entry of backlog.available(nowMs)) {
            const expected = next();
            backlog.defer(entry);
            lastOrder++;
            if (expected) [expected.order, expected.isDeferred] = [lastOrder, true];
            break;
          }
        } else {
          for (let n = 0; n < (step.do === "delete" ? step.many : 1) && known.length > 0; n++) {
            const one = known[(step.pick + n) % known.length] as Known;
            const entry = backlog.get(one.sequence);
            assert.ok(entry);
            backlog.settle(nowMs);
            if (step.do === "postpone") {
              backlog.postpone(entry, nowMs + 1 + step.delay);
              one.fromMs = nowMs + 1 + step.delay;
            } else {
              backlog.remove(entry);
              assert.equal(backlog.get(one.sequence), undefined);
              known = known.filter((other) => other !== one);
            }
          }
        }
        backlog.settle(nowMs);
        assert.equal(backlog.counts.ready, known.filter(({ fromMs }) => fromMs <= nowMs).length);
        assert.equal(backlog.hasAvailable(nowMs), next() !== undefined);
      }
      const all = [...backlog.entries()].map((entry) => entry.sequence);
      assert.deepEqual(
        all,
        known.map((one) => one.sequence),
      );
    }),
    { numRuns: 300 },
  );
});

test("what is removed while all are looked through is left out, and nothing else", () => {
  const backlog = new StandardBacklog();
  for (let sequence = 1; sequence <= 2000; sequence++) backlog.addNew(sequence, 0);
  let met = 0;
  for (const entry of backlog.entries()) {
    met++;
    if (entry.sequence % 3 !== 0) backlog.remove(entry);
  }
  assert.equal(met, 2000);
  assert.equal([...backlog.entries()].length, 666);
  for (const entry of backlog.entries()) backlog.remove(entry);
  assert.deepEqual([...backlog.entries()], []);
  backlog.addNew(2001, 0);
  assert.equal([...backlog.available(0)][0]?.sequence, 2001);
});
