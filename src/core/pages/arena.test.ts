import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Arena, type Block, UNIT } from "./arena.ts";

test("no two blocks have a byte in common, whatever is taken and let go", () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 300 * UNIT }),
    fc.constantFrom(1, UNIT, UNIT + 1, 256 * UNIT, 257 * UNIT, 600 * UNIT),
  );
  const operation = fc.oneof(
    { weight: 3, arbitrary: fc.record({ take: size }) },
    { weight: 2, arbitrary: fc.record({ free: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ takeMany: size, count: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ freeEvery: fc.integer({ min: 1, max: 4 }) }) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const arena = new Arena();
      let held: { block: Block; mark: number }[] = [];
      const memoryOf = ({ bytes, begin, end }: Block) => bytes.subarray(begin, end);
      let marks = 0;
      const take = (bytes: number) => {
        const block = arena.take(bytes);
        assert.equal(memoryOf(block).length, Math.ceil(bytes / UNIT) * UNIT);
        const mark = ++marks % 251;
        memoryOf(block).fill(mark);
        held.push({ block, mark });
      };
      const free = ({ block, mark }: (typeof held)[number]) => {
        assert.ok(memoryOf(block).every((byte) => byte === mark));
        arena.free(block);
      };
      for (const op of operations) {
        if ("take" in op) take(op.take);
        else if ("takeMany" in op) for (let i = 0; i < op.count; i++) take(op.takeMany);
        else if ("freeEvery" in op) {
          held.forEach((one, i) => void (i % op.freeEvery === 0 && free(one)));
          held = held.filter((_, i) => i % op.freeEvery !== 0);
        } else if (held.length > 0) held.splice(op.free % held.length, 1).forEach(free);
        assert.equal(
          arena.usedBytes,
          held.reduce((sum, { block }) => sum + block.end - block.begin, 0),
        );
      }
      held.forEach(free);
      assert.equal(arena.usedBytes, 0);
      assert.ok(arena.sizeBytes <= 1024 * 1024, "what nobody uses is given back");
    }),
  );
});

test("what is let go becomes one with what is free beside it", () => {
  const arena = new Arena();
  const blocks = Array.from({ length: 4096 }, () => arena.take(UNIT));
  assert.equal(arena.sizeBytes, 4096 * UNIT);
  for (const [i, block] of blocks.entries()) if (i % 2 === 0) arena.free(block);
  for (const [i, block] of blocks.entries()) if (i % 2 === 1) arena.free(block);
  arena.take(2048 * UNIT);
  assert.equal(arena.sizeBytes, 4096 * UNIT, "it all was one stretch again");
});
