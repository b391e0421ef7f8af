import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { BLOCK_BYTES, Blocks } from "./blocks.ts";
import { Md5Threads } from "./md5-threads.ts";

const threads = new Md5Threads(2);
after(() => threads.stop());

const md5 = (data: Uint8Array) => createHash("md5").update(data).digest("hex");

/** A block with this in it. */
function blockOf(bytes: Uint8Array) {
  const block = new Blocks().take().subarray(0, bytes.length);
  block.set(bytes);
  return block;
}

function* blocksOf(body: Uint8Array, size = BLOCK_BYTES) {
  for (let at = 0; at < body.length; at += size) yield blockOf(body.subarray(at, at + size));
}

async function digestOf(body: Uint8Array, size?: number): Promise<string> {
  const taking = threads.start();
  const read = [...blocksOf(body, size)].map((block) => taking.update(block));
  const digest = await taking.digest();
  await Promise.all(read);
  return digest;
}

test("an MD5 is the same wherever it is taken, whatever its blocks", async () => {
  for (const size of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 17 * BLOCK_BYTES + 10]) {
    const body = Buffer.alloc(size, `body ${size}`);
    for (const blockSize of [BLOCK_BYTES, 100_000])
      assert.equal(await digestOf(body, blockSize), md5(body), `${size} by ${blockSize}`);
  }
});

test("bodies that come at once do not mix, and one that breaks off disturbs nobody", async () => {
  const bodies = Array.from({ length: 8 }, (_, n) => Buffer.alloc(3_000_000 + n, `body ${n}`));
  const broken = threads.start();
  const read = [...blocksOf(bodies[0]!)].map((block) => broken.update(block));
  const digests = Promise.all(bodies.map((body) => digestOf(body)));
  broken.abandon();
  assert.deepEqual(await digests, bodies.map(md5));
  await Promise.all(read);
});

test("what is stopped fails what is under way, and starts again", async () => {
  const own = new Md5Threads(1);
  const taking = own.start();
  const read = taking.update(blockOf(Buffer.alloc(BLOCK_BYTES)));
  read.catch(() => {});
  await own.stop();
  await assert.rejects(taking.update(blockOf(Buffer.from("more"))), /has been stopped/);
  await assert.rejects(taking.digest(), /has been stopped/);
  const again = own.start();
  await again.update(blockOf(Buffer.from("again")));
  assert.equal(await again.digest(), md5(Buffer.from("again")));
  await own.stop();
});
