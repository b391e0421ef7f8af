import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../core/random.ts";
import { s3Cloud } from "./fixture.test.ts";
import { compareKeys } from "./key-order.ts";
import { type ListQuery, lastOf, list } from "./listing.ts";

const { bucket } = await s3Cloud();

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test("keys sort by their UTF-8 bytes", async () => {
  const keys = ["a", "a/", "a0", "ab", "é", "\uffff", "😀", "\ue000", "中", "A", "a\u0001", "~"];
  assert.deepEqual([...keys].sort(compareKeys), [...keys].sort(byBytes));
  const { put, s3, Bucket } = await bucket();
  const plain = keys.filter((key) => key !== "a\u0001" && key !== "\uffff");
  for (const key of plain) await put(key);
  const { Contents } = await s3.listObjectsV2({ Bucket });
  assert.deepEqual(
    Contents!.map(({ Key }) => Key),
    [...plain].sort(byBytes),
  );
});

/** What a listing is by its definition. */
function naive(keys: readonly string[], { prefix, delimiter, after, skipsPrefixOfAfter, most }: ListQuery) {
  const entries: string[] = [];
  const sorted = [...keys].sort(byBytes).filter((key) => key.startsWith(prefix));
  for (const key of sorted) {
    if (after !== undefined && byBytes(key, after) <= 0) continue;
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = at < 0 ? key : key.slice(0, at + delimiter.length);
    if (at >= 0 && skipsPrefixOfAfter && after?.startsWith(entry)) continue;
    if (entries.at(-1) !== entry) entries.push(entry);
  }
  return { entries: entries.slice(0, most), isTruncated: most > 0 && entries.length > most };
}

test("listings agree with a naive model, whatever is asked", () => {
  const random = new Random("listing");
  const alphabet = ["a", "b", "/", "é", "😀", "\uffff", "-"];
  const text = (longest: number) =>
    Array.from({ length: random.integer(longest + 1) }, () => alphabet[random.integer(alphabet.length)]).join(
      "",
    );
  for (let round = 0; round < 3000; round++) {
    const keys = [...new Set(Array.from({ length: random.integer(25) }, () => `a${text(5)}`))].sort(byBytes);
    const query: ListQuery = {
      prefix: random.integer(2) ? "" : `a${text(2)}`,
      delimiter: ["", "/", "a/", "😀"][random.integer(4)]!,
      ...(random.integer(2) && { after: `a${text(3)}` }),
      skipsPrefixOfAfter: random.integer(2) === 1,
      most: random.integer(6),
    };
    let read = 0;
    const walk = (bound: { from?: string; after?: string }, limit: number | undefined) =>
      keys
        .filter((key) => bound.from === undefined || byBytes(key, bound.from) >= 0)
        .filter((key) => bound.after === undefined || byBytes(key, bound.after) > 0)
        .slice(0, limit)
        .map((key) => {
          read++;
          return { key };
        });
    const listing = list(walk, query);
    const entries = listing.entries.map((entry) => ("item" in entry ? entry.item.key : entry.commonPrefix));
    const expected = naive(keys, query);
    assert.deepEqual(
      { entries, isTruncated: listing.isTruncated },
      expected,
      JSON.stringify({ keys, query }),
    );
    assert.equal(lastOf(listing), entries.at(-1) ?? "");
    assert.ok(read <= 2 * (query.most + 1) + entries.length * (query.most + 1), `${read} keys were read`);
  }
});

test("delimiters, prefixes and markers, page by page", async () => {
  const { put, s3, Bucket } = await bucket();
  for (const key of ["folder/aSub/1", "folder/aSub/2", "folder/file1", "folder/file2"]) await put(key);
  const query = { Bucket, Prefix: "folder/", Delimiter: "/", MaxKeys: 1 };
  const first = await s3.listObjects(query);
  assert.deepEqual(first.CommonPrefixes, [{ Prefix: "folder/aSub/" }]);
  assert.equal(first.NextMarker, "folder/aSub/");
  const second = await s3.listObjects({ ...query, Marker: first.NextMarker });
  assert.deepEqual([second.Contents![0]!.Key, second.NextMarker], ["folder/file1", "folder/file1"]);
  const inside = await s3.listObjects({ ...query, Marker: "folder/aSub/1" });
  assert.equal(inside.Contents![0]!.Key, "folder/file1");
  const one = await s3.listObjectsV2(query);
  assert.deepEqual(
    [one.KeyCount, one.IsTruncated, one.CommonPrefixes],
    [1, true, [{ Prefix: "folder/aSub/" }]],
  );
  const two = await s3.listObjectsV2({ ...query, ContinuationToken: one.NextContinuationToken });
  assert.equal(two.Contents![0]!.Key, "folder/file1");
  await assert.rejects(s3.listObjectsV2({ Bucket, ContinuationToken: "none" }), { name: "InvalidArgument" });
});

test("keys are encoded when that is asked for", async () => {
  const { put, s3, Bucket } = await bucket();
  await put("a b/ü=@+!");
  const { Contents, EncodingType } = await s3.listObjectsV2({ Bucket, EncodingType: "url" });
  assert.deepEqual([Contents![0]!.Key, EncodingType], ["a+b/%C3%BC%3D%40%2B%21", "url"]);
  await assert.rejects(s3.listObjects({ Bucket, EncodingType: "value" as never }), {
    name: "InvalidArgument",
    message: "Invalid Encoding Method specified in Request",
  });
});
