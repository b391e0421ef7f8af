import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../core/random.ts";
import { s3Cloud } from "./fixture.test.ts";

/** Listings and ranges against models that are too simple to be wrong. */

const { bucket } = await s3Cloud();
const random = new Random("listing-model");
const below = (n: number) => Number.parseInt(random.hex(8), 16) % n;
const oneOf = <T>(values: readonly T[]): T => values[below(values.length)]!;

const ALPHABET = ["a", "b", "/", "é", "😀", "\u{ff5e}", " ", "+", "%", "."];
const newKey = () => Array.from({ length: 1 + below(5) }, () => oneOf(ALPHABET)).join("");
const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What AWS's documentation says of a listing, written down at once for all of its pages. */
function listed(keys: readonly string[], prefix: string, delimiter: string, startAfter: string): string[] {
  const entries = new Set<string>();
  for (const key of [...keys].sort(bytes)) {
    if (!key.startsWith(prefix) || bytes(key, startAfter) <= 0) continue;
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    entries.add(at < 0 ? `key ${key}` : `prefix ${key.slice(0, at + delimiter.length)}`);
  }
  return [...entries];
}

test("pages of ListObjectsV2 are what a naive listing gives, whatever is asked", async () => {
  const { s3, put, Bucket } = await bucket();
  const keys = [...new Set(Array.from({ length: 120 }, newKey))];
  for (const key of keys) await put(key);
  for (let round = 0; round < 60; round++) {
    const Prefix = below(2) ? "" : [...oneOf(keys)].slice(0, below(3)).join("");
    const Delimiter = oneOf(["", "/", "a", "/a", "é"]);
    const StartAfter = below(3) ? "" : newKey();
    const MaxKeys = 1 + below(40);
    const got: string[] = [];
    for (let token: string | undefined; ; ) {
      const page = await s3.listObjectsV2({
        Bucket,
        Prefix,
        Delimiter,
        MaxKeys,
        ...(StartAfter && { StartAfter }),
        ...(token && { ContinuationToken: token }),
      });
      const entries = [
        ...(page.Contents ?? []).map(({ Key }) => [Key!, `key ${Key}`] as const),
        ...(page.CommonPrefixes ?? []).map((one) => [one.Prefix!, `prefix ${one.Prefix}`] as const),
      ].sort(([a], [b]) => bytes(a, b));
      assert.equal(page.KeyCount, entries.length);
      assert.ok(entries.length <= MaxKeys);
      got.push(...entries.map(([, entry]) => entry));
      token = page.NextContinuationToken;
      assert.equal(page.IsTruncated, token !== undefined);
      if (!token) break;
    }
    const asked = JSON.stringify({ Prefix, Delimiter, StartAfter, MaxKeys });
    // With StartAfter inside a common prefix, what follows in it is listed once more, as on AWS.
    assert.deepEqual(got, listed(keys, Prefix, Delimiter, StartAfter), asked);
  }
});

test("pages of ListObjectVersions have every version once, newest first", async () => {
  const { s3, put, Bucket, enableVersioning } = await bucket();
  await enableVersioning();
  const keys = ["a", "a/b", "b", "é", "😀"];
  const expected = new Map<string, string[]>(keys.map((key) => [key, []]));
  for (let n = 0; n < 60; n++) {
    const key = oneOf(keys);
    const { VersionId } = below(4) ? await put(key, String(n)) : await s3.deleteObject({ Bucket, Key: key });
    expected.get(key)!.unshift(VersionId!);
  }
  const all = [...expected]
    .sort(([a], [b]) => bytes(a, b))
    .flatMap(([key, ids]) => ids.map((id) => `${key} ${id}`));
  for (const MaxKeys of [1, 2, 7, 59, 60, 61, 1000]) {
    const got: string[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    for (;;) {
      const page = await s3.listObjectVersions({ Bucket, MaxKeys, ...markers });
      const rank = (id: string) => all.findIndex((one) => one.endsWith(` ${id}`));
      got.push(
        ...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
          .sort((a, b) => rank(a.VersionId!) - rank(b.VersionId!))
          .map(({ Key, VersionId }) => `${Key} ${VersionId}`),
      );
      if (!page.IsTruncated) break;
      markers = { KeyMarker: page.NextKeyMarker!, VersionIdMarker: page.NextVersionIdMarker! };
    }
    assert.deepEqual(got, all, `pages of ${MaxKeys}`);
  }
});

test("ranges are slices, or are refused", async () => {
  const { s3, put, Bucket } = await bucket();
  for (const size of [0, 1, 100, 70_000]) {
    const data = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7) & 255));
    await put(`of ${size}`, data);
    for (let round = 0; round < 25; round++) {
      const [from, to] = [below(size + 3), below(size + 3)];
      const Range = oneOf([`bytes=${from}-${to}`, `bytes=${from}-`, `bytes=-${to}`]);
      const got = await s3.getObject({ Bucket, Key: `of ${size}`, Range }).then(
        async ({ Body }) => Buffer.from(await Body!.transformToByteArray()),
        (error: { name: string }) => error.name,
      );
      const isSuffix = Range.startsWith("bytes=-");
      const isUnsatisfiable = isSuffix ? to === 0 || size === 0 : from >= size;
      const isMalformed = !isSuffix && !Range.endsWith("-") && to < from;
      const expected = isMalformed
        ? data
        : isUnsatisfiable
          ? "InvalidRange"
          : isSuffix
            ? data.subarray(-to)
            : data.subarray(from, Range.endsWith("-") ? undefined : to + 1);
      assert.deepEqual(
        got,
        typeof expected === "string" ? expected : Buffer.from(expected),
        `${Range} of ${size}`,
      );
    }
  }
});
