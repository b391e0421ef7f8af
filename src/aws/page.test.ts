import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AwsError } from "../core/aws-error.ts";
import { MemoryStorage } from "../core/memory.ts";
import { defineCollection } from "../core/storage.ts";
import { page, pageOf } from "./page.ts";

const refuse = () => new AwsError("InvalidToken", "No token of ours.");
const things = defineCollection<string>({ name: "things", indexes: { length: (value) => [value.length] } });

/** A run of deletions and additions between the pages. */
const runs = fc.record({
  before: fc.uniqueArray(fc.string({ unit: "binary", maxLength: 4 }), { maxLength: 30 }),
  steps: fc.array(
    fc.record({
      deleted: fc.array(fc.nat(29), { maxLength: 5 }),
      added: fc.array(fc.string({ unit: "binary", maxLength: 4 }), { maxLength: 5 }),
    }),
    { maxLength: 20 },
  ),
  size: fc.integer({ min: 1, max: 7 }),
  descending: fc.boolean(),
});

test("no survivor is skipped and none is given twice, whatever comes and goes between pages", () => {
  fc.assert(
    fc.property(runs, ({ before, steps, size, descending }) => {
      const storage = new MemoryStorage();
      const collection = storage.store("s", "1", "r").collection(things);
      for (const name of before) collection.put([name], name);
      const survivors = new Set(before);
      const readers: ((token: string | undefined) => { items: string[]; nextToken?: string })[] = [
        (token) =>
          page([...collection.values()], (name) => [name], { size, token, refuse, descending, query: "a" }),
        (token) => pageOf(collection, { size, token, refuse, descending, query: "a" }),
        (token) => pageOf(collection.by("length"), { size, token, refuse, descending, query: "a" }),
      ];
      const given = readers.map((): string[] => []);
      const tokens: (string | undefined)[] = readers.map(() => "");
      for (let turn = 0; tokens.some((token) => token !== undefined); turn++) {
        for (const [at, read] of readers.entries()) {
          if (tokens[at] === undefined) continue;
          const { items, nextToken } = read(tokens[at]);
          assert.ok(items.length <= size);
          given[at]!.push(...items);
          tokens[at] = nextToken;
        }
        const step = steps[turn];
        for (const index of step?.deleted ?? []) {
          const name = before[index];
          if (name === undefined) continue;
          collection.delete([name]);
          survivors.delete(name);
        }
        for (const name of step?.added ?? []) if (!before.includes(name)) collection.put([name], name);
      }
      storage.close();
      for (const names of given) {
        assert.equal(new Set(names).size, names.length, "an item was given twice");
        for (const name of survivors) assert.ok(names.includes(name), `${JSON.stringify(name)} was skipped`);
      }
    }),
    { numRuns: 300 },
  );
});

test("a token serves its own query only, and what is no token is refused", () => {
  const all = ["a", "b", "c"];
  const first = page(all, (name) => [name], { size: 1, refuse, query: { prefix: "x", op: "List" } });
  const next = (token: string, query: unknown) =>
    page(all, (name) => [name], { size: 1, token, refuse, query }).items;
  assert.deepEqual(next(first.nextToken!, { op: "List", prefix: "x" }), ["b"]);
  assert.throws(() => next(first.nextToken!, { op: "List", prefix: "y" }), { code: "InvalidToken" });
  for (const token of ["garbage", "eyJ9", "W10", "WzFd", "bnVsbA"])
    assert.throws(() => next(token, { op: "List", prefix: "x" }), { code: "InvalidToken" }, token);
});

test("of what is kept only a stretch is read, from page to page", () => {
  const storage = new MemoryStorage();
  const collection = storage.store("s", "1", "r").collection(things);
  for (const name of ["a", "bb", "bc", "ccc", "dddd"]) collection.put([name], name);
  for (const descending of [false, true]) {
    const seen: string[] = [];
    const keep = (name: string) => seen.push(name) > 0;
    const stretch = { from: [2], before: [4], size: 1, refuse, descending, keep };
    const given: string[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const read: { items: string[]; nextToken?: string } = pageOf(collection.by("length"), {
        ...stretch,
        token,
      });
      given.push(...read.items);
      token = read.nextToken;
    }
    const wanted = ["bb", "bc", "ccc"];
    assert.deepEqual(given, descending ? wanted.toReversed() : wanted);
    assert.ok(!seen.includes("a") && !seen.includes("dddd"), seen.join());
  }
  storage.close();
});

test("a last page that is just full has no token", () => {
  const { items, nextToken } = page(["b", "a"], (name) => [name], { size: 2, refuse });
  assert.deepEqual([items, nextToken], [["a", "b"], undefined]);
});
