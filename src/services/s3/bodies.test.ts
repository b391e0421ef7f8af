import assert from "node:assert/strict";
import fs, { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const dataDir = mkdtempSync(join(tmpdir(), "squall-s3-bodies-"));
const { bucket } = await s3Cloud({ dataDir });
after(() => rmSync(dataDir, { recursive: true, force: true }));

const filesOf = () =>
  readdirSync(join(dataDir, "blobs"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );

test("what a full disk does not take leaves no object and no file, whatever its size", async (t) => {
  const { put, get } = await bucket();
  await put("k", "before");
  const before = filesOf().length;
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  t.mock.method(fs, "writeSync", () => {
    throw full;
  });
  t.mock.method(fs, "write", (...given: unknown[]) => {
    const done = given.at(-1) as (error: Error) => void;
    setImmediate(done, full);
  });
  syncBuiltinESMExports();
  for (const size of [10, 1_000_000])
    await assert.rejects(put("k", Buffer.alloc(size)), { name: "InternalError" }, `${size} bytes`);
  t.mock.restoreAll();
  syncBuiltinESMExports();
  assert.equal((await get("k")).text, "before");
  assert.equal(filesOf().length, before);
});
