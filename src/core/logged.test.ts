import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { newFolder } from "../../test/new-folder.ts";
import { until } from "../../test/until.ts";
import { fruits } from "./fruits.fixture.ts";
import { writeAll } from "./log/appending.ts";
import { compact } from "./log/compaction.ts";
import { DataFiles } from "./log/data-files.ts";
import { FILE_HEADER } from "./log/file-header.ts";
import { type LoggedOptions, LoggedStorage } from "./logged.ts";
import { MemoryStorage } from "./memory.ts";
import { newDatabase } from "./sqlite-format.ts";
import { defineCollection, isStoreFailure, type Storage } from "./storage.ts";

/** What a process that is killed now leaves. */
function copied(folder: string): string {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

const texts = defineCollection<string>({ name: "texts", codec: "text" });
const things = defineCollection<unknown>({ name: "things", codec: "structured" });
const textsIn = (storage: Storage) => storage.store("test", "1", "r").collection(texts);
const thingsIn = (storage: Storage) => storage.store("test", "1", "r").collection(things);
const basketIn = (storage: Storage) => storage.store("other", "1", "r").collection(fruits);

/** Everything that is in a storage. */
const contentOf = (storage: Storage) => ({
  texts: [...textsIn(storage).entries()],
  things: [...thingsIn(storage).entries()],
  basket: [...basketIn(storage).entries()],
  weights: [...basketIn(storage).by("byWeight").keys()],
});

/** What a folder is opened with, and what is said of it. */
function opened(folder: string) {
  const warnings: string[] = [];
  const storage = new LoggedStorage(folder, { warn: (text) => warnings.push(text) });
  const content = contentOf(storage);
  storage.close();
  return { content, warnings };
}

test("the writes of one turn are flushed together, and a folder keeps them", async () => {
  const folder = newFolder();
  const storage = new LoggedStorage(folder);
  assert.equal(storage.flushed(), undefined);
  textsIn(storage).put(["one"], "1");
  thingsIn(storage).put(["two"], new Map([[new Uint8Array([1]), new Date(5)]]));
  const flushed = storage.flushed();
  assert.ok(flushed);
  assert.equal(storage.flushed(), flushed);
  await flushed;
  assert.equal(storage.flushed(), undefined);
  const before = contentOf(storage);
  const killed = copied(folder);
  storage.close();
  for (const left of [folder, killed]) {
    const again = new LoggedStorage(left);
    assert.deepEqual(contentOf(again), before);
    assert.deepEqual(again.scopes("test"), [{ account: "1", region: "r" }]);
    assert.deepEqual(again.services(), ["test"]);
    textsIn(again).put(["three"], "3");
    again.close();
    assert.equal(opened(left).content.texts.length, 2);
  }
});

const key = fc.array(fc.constantFrom("a", "b", "ä", "\u0000", 1, -2), { minLength: 1, maxLength: 2 });
const text = fc.oneof(
  fc.constantFrom("", "short", "ümläut", "\u{1f4a5}"),
  fc.nat(9).map((n) => "x".repeat(n * 700)),
);
const weight = fc.integer({ min: 0, max: 5 });

/** What a turn may do: each takes an open storage. */
const writes = fc.oneof(
  fc.record({ key, text }).map(
    ({ key, text }) =>
      (s: Storage) =>
        textsIn(s).put(key, text),
  ),
  fc.record({ key }).map(
    ({ key }) =>
      (s: Storage) =>
        void textsIn(s).delete(key),
  ),
  fc.record({ key, text }).map(
    ({ key, text }) =>
      (s: Storage) =>
        thingsIn(s).put(key, new Uint8Array(Buffer.from(text))),
  ),
  fc.record({ key, weight }).map(
    ({ key, weight }) =>
      (s: Storage) =>
        basketIn(s).put(key, { name: "plum", weight }),
  ),
  fc.record({ key }).map(
    ({ key }) =>
      (s: Storage) =>
        void basketIn(s).delete(key),
  ),
  fc.record({ from: key, to: key }).map((range) => (s: Storage) => void textsIn(s).clear(range)),
  fc.record({ prefix: key }).map((range) => (s: Storage) => void basketIn(s).clear(range)),
);

test("whatever is done, what is opened afterwards is what the last turn has kept", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          writes: fc.array(writes, { maxLength: 6 }),
          reset: fc.constantFrom(undefined, "all", "test", "other"),
          end: fc.constantFrom("kept", "undone", "full", "compacted", "killed", "closed", "rotated"),
          torn: fc.nat(40),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      async (turns) => {
        let folder = newFolder();
        let isFull = false;
        const open = () =>
          new LoggedStorage(folder, {
            write: (descriptor, bytes, position) => {
              // A full disk takes a part of it.
              writeAll(descriptor, isFull ? bytes.subarray(0, bytes.length / 2) : bytes, position);
              if (isFull) throw Object.assign(new Error("no room"), { code: "ENOSPC" });
            },
          });
        let storage = open();
        const model = new MemoryStorage();
        for (const { writes, reset, end, torn } of turns) {
          const fails = end === "undone" || end === "full";
          const all = (s: Storage) => {
            for (const write of writes) write(s);
            if (reset) s.reset(reset === "all" ? undefined : reset);
          };
          isFull = end === "full";
          if (end === "undone")
            for (const write of writes)
              assert.throws(() =>
                storage.atomically(() => {
                  write(storage);
                  throw new Error("no");
                }),
              );
          else {
            try {
              all(storage);
            } catch (error) {
              assert.ok(isFull && isStoreFailure(error), String(error));
            }
            await storage
              .flushed()
              ?.catch((error) => assert.ok(isFull && isStoreFailure(error), String(error)));
          }
          isFull = false;
          if (!fails) {
            all(model);
            await model.flushed();
          }
          assert.deepEqual(contentOf(storage), contentOf(model));
          if (end === "rotated" || end === "compacted") {
            const until = storage.kept.rotate();
            const files = new DataFiles(folder);
            if (end === "compacted")
              storage.kept.publish(until, compact(files, files.found().snapshot, until));
          } else if (end === "killed") {
            const left = copied(folder);
            storage.close();
            folder = left;
            const log = join(folder, logsIn(folder).at(-1)!);
            // In the middle of a write that nobody was told of.
            writeFileSync(log, Buffer.alloc(torn, 0x11), { flag: "a" });
            storage = open();
          } else if (end === "closed") {
            storage.close();
            storage = open();
          }
          assert.deepEqual(contentOf(storage), contentOf(model), end);
        }
        storage.close();
        assert.deepEqual(opened(folder).content, contentOf(model));
      },
    ),
    { numRuns: 150 },
  );
});

const logsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .sort();

test("a log that is cut off anywhere opens as what some turn has kept", async () => {
  const folder = newFolder();
  const storage = new LoggedStorage(folder);
  const states = [JSON.stringify(contentOf(storage))];
  for (let turn = 0; turn < 5; turn++) {
    storage.atomically(() => {
      textsIn(storage).put([turn], `text ${turn}`);
      basketIn(storage).put([turn], { name: "apple", weight: turn });
      if (turn === 3) textsIn(storage).clear({ before: [2] });
    });
    await storage.flushed();
    states.push(JSON.stringify(contentOf(storage)));
  }
  storage.close();
  const [log] = logsIn(folder) as [string];
  const { length } = readFileSync(join(folder, log));
  let at = states.length - 1;
  // A file that has not even what it begins with was never made by Squall.
  for (let size = length; size >= FILE_HEADER.length; size--) {
    truncateSync(join(folder, log), size);
    const left = copied(folder);
    const { content, warnings } = opened(left);
    const found = states.indexOf(JSON.stringify(content));
    assert.ok(found === at || found === at - 1, `${size} of ${length} bytes: ${found} after ${at}`);
    assert.deepEqual(warnings, []);
    at = found;
  }
  assert.equal(at, 0);
});

test("what is damaged is said: at the end of the last log it is left out, elsewhere the file is refused by name", async () => {
  const folder = newFolder();
  const storage = new LoggedStorage(folder);
  for (let turn = 0; turn < 3; turn++) {
    textsIn(storage).put([turn], "x".repeat(100));
    await storage.flushed();
  }
  const [log] = logsIn(folder) as [string];
  const damage = (folder: string, name: string, from: number) => {
    const bytes = readFileSync(join(folder, name));
    bytes[from]! ^= 1;
    writeFileSync(join(folder, name), bytes);
  };
  const last = copied(folder);
  damage(last, log, readFileSync(join(folder, log)).length - 5);
  const { content, warnings } = opened(last);
  assert.equal(content.texts.length, 2);
  assert.match(warnings.join(), /^The last \d+ bytes of \S+state-000001\.log are damaged/);
  assert.deepEqual(opened(last), { content, warnings: [] });
  // Any other byte of it has whole writes behind it.
  const { length: logBytes } = readFileSync(join(folder, log));
  for (let at = FILE_HEADER.length; at < logBytes - 150; at += 7) {
    const middle = copied(folder);
    damage(middle, log, at);
    const before = readFileSync(join(middle, log));
    assert.throws(() => opened(middle), /state-000001\.log cannot be opened: it is damaged/, `byte ${at}`);
    assert.ok(readFileSync(join(middle, log)).equals(before), "the file is left as it was");
  }

  storage.kept.rotate();
  textsIn(storage).put(["later"], "y");
  storage.close();
  const between = copied(folder);
  damage(between, log, 60);
  assert.throws(
    () => opened(between),
    /state-000001\.log cannot be opened: it is damaged behind byte \d+, with whole writes behind that\. Move/,
  );
  const without = copied(folder);
  rmSync(join(without, log));
  assert.throws(() => opened(without), /state-000001\.log cannot be opened: it is not there/);

  const withoutLast = copied(folder);
  rmSync(join(withoutLast, "state-000002.log"));
  assert.throws(() => opened(withoutLast), /state-000002\.log cannot be opened: it is not there/);
  const empty = copied(folder);
  writeFileSync(join(empty, "state-000002.log"), "");
  assert.throws(() => opened(empty), /state-000002\.log cannot be opened: it is cut off/);

  const files = new DataFiles(folder);
  compact(files, 0, 2);
  const beside = copied(folder);
  new DataFiles(beside).publish(2);
  truncateSync(join(beside, "state-000002.snapshot"), 40);
  assert.throws(() => opened(beside), /state-000002\.snapshot cannot be opened/);
  assert.deepEqual(readdirSync(beside).sort(), [
    "state-000001.log",
    "state-000002.log",
    "state-000002.snapshot",
  ]);
  files.publish(2);
  files.removeBefore(2);
  assert.equal(opened(folder).content.texts.length, 4);
  const snapshot = "state-000002.snapshot";
  const { length } = readFileSync(join(folder, snapshot));
  const cases: [why: RegExp, harm: (folder: string) => void][] = [
    [/it is damaged/, (folder) => damage(folder, snapshot, length - 30)],
    [/it is cut off/, (folder) => truncateSync(join(folder, snapshot), length - 1)],
    [/it is cut off/, (folder) => truncateSync(join(folder, snapshot), 5)],
    [/it is not a file of Squall's/, (folder) => writeFileSync(join(folder, snapshot), "a".repeat(50))],
    [
      /it is not a file of Squall's/,
      (folder) => writeFileSync(join(folder, snapshot), "squall state  \u00013 and"),
    ],
    [/it is no file/, (folder) => harmWithFolder(join(folder, snapshot))],
    [
      /state-000002\.log cannot be opened: it is not there/,
      (folder) => rmSync(join(folder, "state-000002.log")),
    ],
    [
      /it is of format 9, which a newer Squall wrote; this one knows formats up to 3/,
      (folder) => writeFileSync(join(folder, snapshot), "squall state   9 and more"),
    ],
  ];
  for (const [why, harm] of cases) {
    const harmed = copied(folder);
    harm(harmed);
    const before = readdirSync(harmed).sort();
    assert.throws(() => opened(harmed), why);
    assert.deepEqual(readdirSync(harmed).sort(), before, "the files are left as they were");
  }
});

function harmWithFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

test("a folder that has lost its log, or has two states, is refused, and nothing of it goes", () => {
  const folder = newFolder();
  mkdirSync(join(folder, "blobs/s3"), { recursive: true });
  writeFileSync(join(folder, "blobs/s3/body"), "a");
  assert.throws(
    () => opened(folder),
    /state-000001\.log is not there, though blobs has bodies of what was in it/,
  );
  rmSync(join(folder, "blobs"), { recursive: true });
  opened(folder);
  const storage = new LoggedStorage(folder);
  textsIn(storage).put(["a"], "b");
  storage.close();
  writeFileSync(join(folder, "squall.db"), "of an earlier version");
  assert.throws(
    () => opened(folder),
    /There are two states in .*: the database of an earlier version, squall\.db, and state-000001\.log/,
  );
  assert.deepEqual(readdirSync(folder).sort(), ["squall.db", "state-000001.log"]);
});

test("a full disk refuses the turn, keeps what was there, and goes on when there is room", async () => {
  const folder = newFolder();
  let left = 5000;
  const storage = new LoggedStorage(folder, {
    write: (descriptor, bytes, position) => {
      writeAll(descriptor, bytes.subarray(0, left), position);
      if (bytes.length > left) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      left -= bytes.length;
    },
  });
  textsIn(storage).put(["before"], "here");
  await storage.flushed();
  const fill = () => {
    for (let i = 0; i < 10; i++) textsIn(storage).put([i], "x".repeat(1000));
  };
  const { revision } = storage;
  storage.atomically(fill);
  await assert.rejects(
    storage.flushed()!,
    /^StoreFailure: What was written could not be kept: the disk is full\.$/,
  );
  assert.deepEqual([...textsIn(storage).values()], ["here"]);
  assert.ok(storage.revision > revision);
  assert.deepEqual([storage.lossesOf("test"), storage.lossesOf("other")], [1, 0]);
  assert.deepEqual(opened(copied(folder)).content, contentOf(storage));
  left = 100_000;
  storage.atomically(fill);
  await storage.flushed();
  assert.equal(textsIn(storage).count(), 11);
  storage.close();
  assert.equal(opened(folder).content.texts.length, 11);
});

test("a reset that cannot be kept, or a load that fails on its way, leaves everything as it was", async () => {
  const folder = newFolder();
  let isFull = false;
  const storage = new LoggedStorage(folder, {
    write: (...what) => {
      if (isFull) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      writeAll(...what);
    },
  });
  basketIn(storage).put(["a"], { name: "apple", weight: 1 });
  await storage.save(join(folder, "saved"));
  basketIn(storage).put(["b"], { name: "pear", weight: 2 });
  await storage.flushed();
  const before = contentOf(storage);
  const fail = () => {
    throw new Error("no");
  };
  const stays = () => {
    assert.deepEqual(contentOf(storage), before);
    assert.deepEqual(opened(copied(folder)).content, before);
  };
  assert.throws(() => storage.reset(undefined, fail), /no/);
  stays();
  isFull = true;
  assert.throws(() => storage.reset(), isStoreFailure);
  isFull = false;
  stays();
  const load = (whenRead: (replace: (also?: () => void) => void) => unknown) =>
    storage.load(join(folder, "saved"), whenRead);
  await assert.rejects(
    load((replace) => replace(fail)),
    /no/,
  );
  stays();
  await assert.rejects(
    load((replace) => {
      isFull = true;
      replace();
    }),
    /ENOSPC/,
  );
  isFull = false;
  stays();
  basketIn(storage).put(["c"], { name: "plum", weight: 3 });
  await storage.flushed();
  await load((replace) => replace(() => storage.setNote("loaded", true)));
  assert.deepEqual([...basketIn(storage).keys()], [["a"]]);
  const loaded = copied(folder);
  assert.deepEqual([...opened(loaded).content.basket].length, 1);
  basketIn(storage).put(["d"], { name: "fig", weight: 4 });
  storage.close();
  const again = new LoggedStorage(folder);
  assert.deepEqual([...basketIn(again).keys()], [["a"], ["d"]]);
  assert.equal(again.note("loaded"), true);
  again.close();
});

test("a load that ends on its way has changed nothing, and what it left goes at the next start", async () => {
  const folder = newFolder();
  const storage = new LoggedStorage(folder);
  for (let i = 0; i < 2000; i++) textsIn(storage).put([i], "saved");
  await storage.save(join(folder, "saved"));
  textsIn(storage).clear();
  textsIn(storage).put(["a"], "apple");
  await storage.flushed();
  let killed = "";
  await storage.load(join(folder, "saved"), () => {
    killed = copied(folder);
    storage.close();
  });
  const parts = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".part"));
  assert.deepEqual([parts(folder).length, parts(killed).length], [0, 1]);
  for (const left of [folder, killed])
    assert.deepEqual(opened(left).content.texts, [{ key: ["a"], value: "apple" }]);
  assert.deepEqual(parts(killed), []);
});

test("what has grown is compacted behind everybody's back, and what is written meanwhile stays", async () => {
  const folder = newFolder();
  const options: LoggedOptions = { leastCompactedBytes: 20_000, warn: (text) => assert.fail(text) };
  const storage = new LoggedStorage(folder, options);
  const sizes = () =>
    readdirSync(folder).reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  const snapshots = () => readdirSync(folder).filter((name) => name.endsWith(".snapshot"));
  for (let round = 0; snapshots().length === 0 || round < 400; round++) {
    assert.ok(round < 100_000, "nothing is compacted");
    textsIn(storage).put([round % 10], `${round}: ${"x".repeat(100)}`);
    basketIn(storage).put([round % 7], { name: "apple", weight: round % 3 });
    await storage.flushed();
  }
  const before = contentOf(storage);
  await until(
    () => logsIn(folder).length === 1 && readdirSync(folder).every((name) => !name.endsWith("part")),
  );
  assert.ok(sizes() < 60_000, `${sizes()} bytes`);
  storage.close();
  assert.deepEqual(opened(folder).content, before);
});

test("what a reset has wiped goes from the disk soon, also when its process is killed or a compaction is under way", async () => {
  const bytesIn = (folder: string) =>
    readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const isSmall = (folder: string) => () => logsIn(folder).length === 1 && bytesIn(folder) < 10_000;
  const fill = async (storage: LoggedStorage, service = "test") => {
    for (let row = 0; row < 300; row++) {
      storage.store(service, "1", "r").collection(texts).put([row], "x".repeat(5000));
      await storage.flushed();
    }
  };
  const warn = (text: string) => assert.fail(text);

  for (const leastCompactedBytes of [100_000_000, 200_000]) {
    const folder = newFolder();
    const storage = new LoggedStorage(folder, { leastCompactedBytes, warn });
    await fill(storage);
    storage.reset();
    basketIn(storage).put(["new"], { name: "plum", weight: 1 });
    await storage.flushed();
    const killed = copied(folder);
    await until(isSmall(folder));
    const kept = contentOf(storage);
    assert.equal(kept.basket.length, 1);
    storage.close();
    assert.deepEqual(opened(folder).content, kept);
    const again = new LoggedStorage(killed, { leastCompactedBytes, warn });
    assert.deepEqual(contentOf(again), kept);
    await until(isSmall(killed));
    again.close();
    assert.deepEqual(opened(killed).content, kept);
  }

  // Little stays in the log, and so does what is less than what is left: somebody may reset one service after each test.
  const folder = newFolder();
  const storage = new LoggedStorage(folder, { warn });
  textsIn(storage).put(["a"], "b");
  storage.reset();
  await fill(storage);
  storage.store("small", "1", "r").collection(texts).put(["a"], "b");
  storage.reset("small");
  assert.deepEqual(readdirSync(folder), ["state-000001.log"]);
  storage.reset("test");
  await until(isSmall(folder));
  storage.close();
});

test("what a reset has wiped is compacted once, also when nothing is written behind it", async (t) => {
  let begun = 0;
  const count = () => void begun++;
  process.on("worker", count);
  t.after(() => process.off("worker", count));
  const warn = (text: string) => assert.fail(text);
  const compactedOnce = async (folder: string, storage: LoggedStorage) => {
    await until(() => /^state-000002\.log state-000002\.snapshot$/.test(readdirSync(folder).join(" ")));
    await nextTurn();
    storage.close();
    assert.equal(begun, 1);
    begun = 0;
  };

  const folder = newFolder();
  const filled = new LoggedStorage(folder, { leastCompactedBytes: 100_000_000, warn });
  for (let row = 0; row < 300; row++) textsIn(filled).put([row], "x".repeat(5000));
  await filled.flushed();
  filled.close();
  // Its log is long enough when the reset is written, and so is another one begun that nothing is in.
  const leastCompactedBytes = statSync(join(folder, "state-000001.log")).size + 1;
  const storage = new LoggedStorage(folder, { leastCompactedBytes, warn });
  storage.reset();
  const killed = copied(folder);
  assert.deepEqual(logsIn(killed), ["state-000001.log", "state-000002.log"]);
  await compactedOnce(folder, storage);
  await compactedOnce(killed, new LoggedStorage(killed, { warn }));
});

test("a compaction that has failed is tried again", async () => {
  const folder = newFolder();
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(text);
  const storage = new LoggedStorage(folder, { leastCompactedBytes: 5000, compactionRetryMs: 1, warn });
  const write = async () => {
    textsIn(storage).put(["a"], "x".repeat(1000));
    await storage.flushed();
  };
  await write();
  const log = join(folder, "state-000001.log");
  const spoil = () => {
    const bytes = readFileSync(log);
    bytes[FILE_HEADER.length + 1]! ^= 0xff;
    writeFileSync(log, bytes);
  };
  spoil();
  while (warnings.length < 3) await write();
  assert.match(
    warnings[0]!,
    /^The logs in \S+ could not be compacted, which is tried again in 0\.001 seconds: /,
  );
  spoil();
  while (!readdirSync(folder).some((name) => name.endsWith(".snapshot"))) await write();
  const before = contentOf(storage);
  storage.close();
  assert.deepEqual(opened(folder).content, before);
});

test("the database of earlier versions is taken over with the edition that counted, and then gone", async () => {
  const source = new MemoryStorage();
  textsIn(source).put(["a"], "text");
  thingsIn(source).put(["b"], new Uint8Array([1, 2]));
  basketIn(source).put(["c"], { name: "apple", weight: 7 });
  source.setNote("blobs", "blobs-2");
  const content = contentOf(source);
  for (const edition of [0, 3]) {
    const folder = newFolder();
    const file = join(folder, "squall.db");
    await source.save(file);
    if (edition > 0) {
      using db = newDatabase(file);
      const tables = db.prepare("SELECT name FROM sqlite_master WHERE name LIKE '%/%'").all();
      for (const { name } of tables) {
        db.exec(`ALTER TABLE "${name}" RENAME TO "${name}@${edition}"`);
        // What was replaced and has not been removed.
        db.exec(`CREATE TABLE "${name}" (k TEXT PRIMARY KEY, v) WITHOUT ROWID`);
        db.prepare(`INSERT INTO "${name}" VALUES ('s1\u0001sr\u0001sold\u0001', '1')`).run();
      }
      db.exec(`INSERT INTO squall VALUES ('edition', '${edition}')`);
    }
    const database = readFileSync(file);
    writeFileSync(file, database.subarray(0, -1));
    assert.throws(
      () => opened(folder),
      /squall\.db cannot be opened: it is damaged: its last page is cut off/,
    );
    writeFileSync(file, database);
    const storage = new LoggedStorage(folder);
    assert.deepEqual(contentOf(storage), content);
    assert.equal(storage.note("blobs"), "blobs-2");
    // As a kill leaves it between the two.
    writeFileSync(file, database);
    storage.close();
    assert.deepEqual(opened(folder).content, content);
    const taken = new LoggedStorage(folder);
    textsIn(taken).put(["d"], "more");
    taken.close();
    assert.deepEqual(readdirSync(folder).sort(), ["state-000001.log", "state-000001.snapshot"]);
    assert.equal(opened(folder).content.texts.length, 2);
  }
});
