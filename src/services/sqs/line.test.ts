import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Entry } from "./entry.ts";
import { Line } from "./line.ts";

test("A line gives its slots by their order, however they come and go", () => {
  const entry = {} as Entry;
  const step = fc.oneof(
    fc.record({ join: fc.integer({ min: 1, max: 3000 }) }),
    fc.record({ back: fc.integer({ min: 0, max: 5000 }) }),
    fc.record({ leave: fc.integer({ min: 1, max: 3000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const line = new Line();
      const waiting: number[] = [];
      let last = 0;
      const push = (order: number) => {
        line.push({ order, entry });
        waiting.push(order);
      };
      for (const step of steps) {
        if ("join" in step) for (let n = 0; n < step.join; n++) push(++last);
        else if ("back" in step) push(step.back);
        else {
          waiting.sort((a, b) => a - b);
          for (const order of waiting.splice(0, step.leave)) {
            assert.equal(line.peek()?.order, order);
            line.pop();
          }
          if (waiting.length === 0) line.pop();
        }
        assert.equal(
          line.peek()?.order,
          waiting.length === 0 ? undefined : waiting.reduce((a, b) => Math.min(a, b)),
        );
      }
    }),
  );
});
