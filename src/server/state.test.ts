import assert from "node:assert/strict";
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ZipFile } from "yazl";
import { testCloud } from "../../test/cloud.ts";
import { LongestTurn } from "../../test/longest-turn.ts";
import { Blobs } from "../core/blobs.ts";
import { writeAll } from "../core/log/appending.ts";
import { LoggedStorage } from "../core/logged.ts";
import { Scratch } from "../core/scratch.ts";
import { defineCollection } from "../core/storage.ts";
import { loadState, readState, saveState } from "./state.ts";

const things = defineCollection<string>({ name: "things" });

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

async function* pieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function zipOf(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(Buffer.from(bytes), name);
  zip.end();
  return whole(zip.outputStream as AsyncIterable<Uint8Array>);
}

/** A storage with its blobs in a folder, as a data directory has them. */
class World implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "squall-state-test-"));
  isFull = false;
  readonly storage = new LoggedStorage(this.folder, {
    write: (...what) => {
      if (this.isFull) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      writeAll(...what);
    },
  });
  readonly blobs = new Blobs(new Scratch(), this.storage, { parent: this.folder });
  readonly things = this.storage.store("test", "1", "r").collection(things);

  /** @param fillUp has the disk full when all has been read */
  async load(state: Uint8Array, fillUp = false): Promise<unknown> {
    const read = await readState(pieces(state), this.folder);
    try {
      let time: unknown;
      await loadState(read, this.storage, this.blobs, (replace) => {
        this.isFull = fillUp;
        time = replace();
      });
      return time;
    } finally {
      await read.remove();
    }
  }

  /** What is kept, and nothing that is left lying about. */
  async content(): Promise<unknown> {
    const files = readdirSync(this.folder).filter((name) => !/^state-\d+\.(log|snapshot)$/.test(name));
    assert.ok(files.length <= 1, files.join());
    const blobs = await Promise.all(
      this.blobs.names().map(async (name) => [name, Buffer.from(await this.blobs.read(name)).toString()]),
    );
    return { things: [...this.things.values()], blobs: Object.fromEntries(blobs) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.storage.close();
    rmSync(this.folder, { recursive: true });
  }
}

test("a state whose files go while it is read breaks off, and nothing else does", async () => {
  await using world = new World();
  world.things.put(["a"], "1");
  const chunks = await saveState(world.storage, world.blobs);
  for (const name of readdirSync(world.folder).filter((one) => one.startsWith("saving-")))
    rmSync(join(world.folder, name), { recursive: true });
  await assert.rejects(whole(chunks), { code: "ENOENT" });
});

test("a state is what was there when it was saved, blobs too, though they go while it is being read", async () => {
  await using world = new World();
  world.things.put(["a"], "kept");
  await world.blobs.write("test/a.bin", Buffer.from("kept"));
  const saving = await saveState(world.storage, world.blobs);
  world.things.put(["a"], "changed");
  await world.blobs.delete("test/a.bin");
  await world.blobs.write("test/b.bin", Buffer.from("new"));
  const state = await whole(saving);
  assert.deepEqual(await world.content(), { things: ["changed"], blobs: { "test/b.bin": "new" } });

  await world.load(state);
  assert.deepEqual(await world.content(), { things: ["kept"], blobs: { "test/a.bin": "kept" } });
  const again = new Blobs(new Scratch(), world.storage, { parent: world.folder });
  assert.deepEqual(again.names(), ["test/a.bin"]);
});

test("a file that is no whole state is refused, and everything stays as it was", async () => {
  await using world = new World();
  world.things.put(["a"], "mine");
  await world.blobs.write("test/a.bin", Buffer.from("mine"));
  const mine = await world.content();
  const state = await whole(await saveState(world.storage, world.blobs));
  const damaged = Buffer.from(state);
  // In the middle of the compressed database.
  for (let i = 200; i < 210; i++) damaged[i]! ^= 0xff;
  const database = await databaseOf();
  const cutOff = database.subarray(0, database.length - 8192);
  const renamed = Buffer.from(
    (await zipOf({ "squall.db": database, "blobs/xx/yy": Buffer.from("out") }))
      .toString("latin1")
      .replaceAll("blobs/xx/yy", "../../xx/yy"),
    "latin1",
  );
  const wrongChecksum = Buffer.from(await zipOf({ "squall.db": database, "blobs/a": Buffer.from("stored") }));
  const central = wrongChecksum.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  wrongChecksum[central + 16]! ^= 1;
  const bomb = Buffer.from(await zipOf({ "squall.db": database, "blobs/a": Buffer.alloc(1000) }));
  bomb.writeUInt32LE(0xfffffff0, bomb.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  const cases: Readonly<Record<string, [state: Uint8Array, why: RegExp]>> = {
    "not a zip": [Buffer.from("hello"), /not a state file/],
    "cut off": [state.subarray(0, state.length - 30), /not a state file/],
    damaged: [damaged, /not a state file/],
    "no database": [await zipOf({ "blobs/a": Buffer.from("a") }), /no database/],
    "another file": [await zipOf({ "squall.db": database, "notes.txt": Buffer.from("a") }), /notes\.txt/],
    "a file outside": [renamed, /relative path|invalid/],
    "a wrong checksum": [wrongChecksum, /blobs\/a is damaged|checksum/i],
    "more than is said": [bomb, /blobs\/a|not enough room/],
    "a database that is none": [
      await zipOf({ "squall.db": Buffer.from("nothing") }),
      /not an SQLite database/,
    ],
    "a database that is cut off": [await zipOf({ "squall.db": cutOff }), /damaged|malformed/],
  };
  for (const [name, [bytes, why]] of Object.entries(cases)) {
    await assert.rejects(world.load(bytes), why, name);
    assert.deepEqual(await world.content(), mine, name);
  }
});

test("a load that fails at its commit leaves the blobs with their rows", async () => {
  await using world = new World();
  world.things.put(["a"], "mine");
  await world.blobs.write("test/a.bin", Buffer.from("mine"));
  await using other = new World();
  for (let i = 0; i < 500; i++) other.things.put([i], "x".repeat(1000));
  await other.blobs.write("test/b.bin", Buffer.from("other"));
  const state = await whole(await saveState(other.storage, other.blobs));
  await world.storage.flushed();
  await assert.rejects(world.load(state, true), /no space left/);
  assert.deepEqual(await world.content(), { things: ["mine"], blobs: { "test/a.bin": "mine" } });
  world.isFull = false;
  await world.load(state);
  assert.deepEqual(world.blobs.names(), ["test/b.bin"]);
  assert.equal(world.things.count(), 500);
});

test("a state that is saved while everything changes is what was there in one moment", async () => {
  await using world = new World();
  const both = world.storage.store("test", "1", "r");
  const [left, right] = ["left", "right"].map((name) => both.collection(defineCollection<number>({ name })));
  const fill = "x".repeat(2000);
  for (let i = 0; i < 5000; i++) world.things.put([i], fill);
  for (let i = 0; i < 100; i++) right!.put([i], 0);
  let isSaving = true;
  let round = 0;
  const change = async () => {
    while (isSaving) {
      round++;
      both.transaction(() => {
        left!.put([round % 100], round);
        right!.put([round % 100], round);
        world.things.put([5000 + round], fill);
        if (round % 50 === 0) left!.clear({ from: [0], before: [50] });
        if (round % 50 === 0) right!.clear({ from: [0], before: [50] });
      });
      const name = `test/${round}`;
      await world.blobs.write(name, Buffer.from(String(round)));
      world.things.put(["blob"], name);
      if (round > 1) world.blobs.delete(`test/${round - 1}`);
      const undone = () => {
        left!.put([99], -1);
        throw new Error("undone");
      };
      assert.throws(() => both.transaction(undone), /undone/);
    }
  };
  const changing = change();
  const state = await whole(await saveState(world.storage, world.blobs));
  isSaving = false;
  await changing;
  assert.ok(round > 5, `${round} rounds`);

  await using other = new World();
  await other.load(state);
  const there = other.storage.store("test", "1", "r");
  const numbers = ["left", "right"].map((name) =>
    Object.fromEntries(
      [...there.collection(defineCollection<number>({ name })).entries()]
        .filter(({ value }) => value > 0)
        .map(({ key, value }): [string, number] => [String(key[0]), value]),
    ),
  );
  assert.deepEqual(numbers[0], numbers[1]);
  const last = Math.max(...Object.values(numbers[0]!));
  assert.equal(other.things.count({ from: [0], before: [1e9] }), 5000 + last);
  const blob = other.things.get(["blob"]);
  if (blob) assert.equal(Buffer.from(await other.blobs.read(blob)).toString(), blob.slice("test/".length));
});

test("a reset while a state is saved or loaded is before it or after it", async () => {
  await using world = new World();
  for (let i = 0; i < 3000; i++) world.things.put([i], "x".repeat(1000));
  await world.blobs.write("test/a", Buffer.from("a"));
  const saving = saveState(world.storage, world.blobs);
  await nextTurn();
  world.storage.reset(undefined, () => world.blobs.replace());
  await world.blobs.sweep();
  const empty = await whole(await saving);
  const loading = world.load(empty);
  world.things.put(["b"], "b");
  await loading;
  assert.deepEqual(await world.content(), { things: [], blobs: {} });
});

test("nobody waits while 50 MB are saved and loaded", async () => {
  await using world = new World();
  for (let i = 0; i < 25_000; i++) world.things.put([i], "x".repeat(2000));
  await world.storage.flushed();
  const file = join(world.folder, "state.zip");
  const saving = new LongestTurn();
  await pipeline(await saveState(world.storage, world.blobs), createWriteStream(file));
  const savingMs = saving.stop();
  const loading = new LongestTurn();
  const read = await readState(createReadStream(file), world.folder);
  await loadState(read, world.storage, world.blobs);
  const loadingMs = loading.stop();
  await read.remove();
  rmSync(file);
  assert.equal(world.things.count(), 25_000);
  assert.ok(savingMs < 50, `a turn of ${savingMs} ms while it was saved`);
  assert.ok(loadingMs < 50, `a turn of ${loadingMs} ms while it was loaded`);
});

async function databaseOf(): Promise<Buffer> {
  await using world = new World();
  for (let i = 0; i < 500; i++) world.things.put([i], "x".repeat(100));
  await world.storage.save(join(world.folder, "copy"));
  return readFileSync(join(world.folder, "copy"));
}

test("a connection that asks for a saved state again and again is left with nothing of it", async (t) => {
  const cloud = await testCloud();
  t.after(() => cloud.stop());
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const warned: Error[] = [];
  const warn = (warning: Error) => void warned.push(warning);
  process.on("warning", warn);
  t.after(() => process.off("warning", warn));
  for (let n = 0; n < 15; n++) {
    const status = await new Promise((resolve, reject) => {
      const asked = get(`${cloud.url}/_squall/state`, { agent }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      });
      asked.on("error", reject);
    });
    assert.equal(status, 200);
  }
  assert.deepEqual(warned, []);
});
