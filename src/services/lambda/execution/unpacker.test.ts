import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import yazl from "yazl";
import { Unpacker } from "./unpacker.ts";

const LIMIT = 50_000_000;

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "test-unpacker-"));
  const unpacker = new Unpacker();
  t.after(async () => {
    await unpacker.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, unpacker };
}

async function manyFiles(count: number): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (let n = 0; n < count; n++)
    zip.addBuffer(Buffer.from(`${n}`), `f${n % 50}/${n}.txt`, { compress: false });
  zip.end();
  return buffer(zip.outputStream);
}

test("sixty thousand entries keep nobody waiting", async (t) => {
  const { unpacker } = setUp(t);
  const zip = await manyFiles(60_000);
  const before = performance.eventLoopUtilization();
  await unpacker.inspect(zip, LIMIT);
  const { utilization } = performance.eventLoopUtilization(before);
  assert.ok(utilization < 0.5, `the event loop was busy for ${utilization} of the time`);
});

test("a thread's refusal is the archive's", async (t) => {
  const { folder, unpacker } = setUp(t);
  const zip = await manyFiles(500);
  await assert.rejects(unpacker.inspect(zip, 10), { reason: "too-large" });
  await assert.rejects(unpacker.inspect(zip.subarray(0, zip.length - 30), LIMIT), { reason: "malformed" });
  const file = join(folder, "a.zip");
  writeFileSync(file, zip);
  await unpacker.unpack([file], join(folder, "out"), LIMIT);
  assert.equal(readdirSync(join(folder, "out/f7")).length, 10);
});

test("a stop does not wait for an archive", async (t) => {
  const { folder, unpacker } = setUp(t);
  const file = join(folder, "a.zip");
  writeFileSync(file, await manyFiles(20_000));
  const unpacked = assert.rejects(unpacker.unpack([file], join(folder, "out"), LIMIT), /stops/);
  await new Promise((resolve) => setImmediate(resolve));
  await unpacker.stop();
  await unpacked;
});
