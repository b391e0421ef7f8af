import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { Md5Threads } from "./md5-threads.ts";

const threads = new Md5Threads(2);
after(() => threads.stop());

const md5 = (data: Uint8Array) => createHash("md5").update(data).digest("hex");

async function digestOf(...chunks: Uint8Array[]): Promise<string> {
  const taking = threads.start();
  for (const chunk of chunks) await taking.update(chunk);
  return await taking.digest();
}

test("an MD5 is the same wherever it is taken, however its body comes", async () => {
  const BLOCK = 256 * 1024;
  for (const sizes of [
    [],
    [0],
    [1],
    [BLOCK - 1, 1, 1],
    [BLOCK],
    [BLOCK + 1],
    [5 * BLOCK + 7, 3, 12 * BLOCK],
  ]) {
    const chunks = sizes.map((size, at) => Buffer.alloc(size, `chunk ${at}`));
    assert.equal(await digestOf(...chunks), md5(Buffer.concat(chunks)), String(sizes));
  }
});

test("bodies that come at once do not mix, and one that breaks off disturbs nobody", async () => {
  const bodies = Array.from({ length: 8 }, (_, n) => Buffer.alloc(3_000_000 + n, `body ${n}`));
  const broken = threads.start();
  await broken.update(bodies[0]!);
  const digests = Promise.all(
    bodies.map((body) => digestOf(body.subarray(0, 1_000_001), body.subarray(1_000_001))),
  );
  broken.abandon();
  assert.deepEqual(await digests, bodies.map(md5));
});

test("what is stopped fails what is under way, and starts again", async () => {
  const own = new Md5Threads(1);
  const taking = own.start();
  await taking.update(Buffer.alloc(1_000_000));
  await own.stop();
  await assert.rejects(taking.digest(), /has been stopped/);
  const again = own.start();
  await again.update(Buffer.from("again"));
  assert.equal(await again.digest(), md5(Buffer.from("again")));
  await own.stop();
});
