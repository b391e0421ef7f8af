import assert from "node:assert/strict";
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { Blobs } from "../../core/blobs.ts";
import { Random } from "../../core/random.ts";
import { Scratch } from "../../core/scratch.ts";
import { Bodies } from "./bodies.ts";
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

test("who still reads a body that was removed takes none of its name away that has been loaded meanwhile", async (t) => {
  const parent = mkdtempSync(join(tmpdir(), "squall-s3-loaded-"));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  let note: unknown;
  const home = {
    note: () => note,
    setNote: (_name: string, value: unknown) => {
      note = value;
    },
    flushed: () => undefined,
    isLost: false,
  };
  const blobs = new Blobs(new Scratch(), home, { parent });
  const bodies = new Bodies(blobs, new Random());
  t.after(() => bodies.stop());
  const { segment } = await bodies.write(Buffer.alloc(2_000_000, 7), []);
  const reader = bodies.read([segment], 0, segment.size)[Symbol.asyncIterator]();
  await reader.next();
  bodies.free([segment]);
  const loaded = join(parent, "loaded");
  mkdirSync(dirname(join(loaded, segment.blob)), { recursive: true });
  writeFileSync(join(loaded, segment.blob), "what was saved");
  blobs.replace(loaded);
  blobs.renew();
  await blobs.sweep();
  await reader.return?.();
  assert.ok(existsSync(blobs.path(segment.blob)));
  const again = bodies.read([segment], 0, 1)[Symbol.asyncIterator]();
  await again.next();
  await again.return?.();
  assert.ok(existsSync(blobs.path(segment.blob)));
});
