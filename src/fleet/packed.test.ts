import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { packed, unpacked } from "./packed.ts";

test("what is packed is unpacked", async () => {
  const value = { rules: Array.from({ length: 1000 }, (_, at) => ({ id: `rule-${at}` })) };
  assert.deepEqual(await unpacked(await packed(value)), value);
});

test("what nobody has packed, and little that becomes much, is refused", async () => {
  await assert.rejects(unpacked(Buffer.from("nonsense")), /nothing of a fleet's: incorrect header check/);
  await assert.rejects(unpacked(gzipSync("nonsense")), /nothing of a fleet's: .*JSON/);
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, " "));
  assert.ok(bomb.length < 100_000);
  await assert.rejects(unpacked(bomb), /nothing of a fleet's: more than 67108864 bytes/);
});
