import assert from "node:assert/strict";
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { zipOf } from "../functions.fixture.ts";
import { ZipError } from "./archive.ts";
import { inspectZip, unpackZip } from "./unpack.ts";

const LIMIT = 1_000_000;
const LINK = 0o120777;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "squall-unpack-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("files keep their modes, and links that stay inside are links", async () => {
  const zip = await zipOf({
    "a/run.sh": { body: "#!/bin/sh", mode: 0o100755 },
    "a/plain.txt": "text",
    "link.txt": { body: "a/plain.txt", mode: LINK },
  });
  await unpackZip(zip, join(folder, "out"), LIMIT);
  assert.equal(statSync(join(folder, "out/a/run.sh")).mode & 0o777, 0o755);
  assert.equal(readFileSync(join(folder, "out/link.txt"), "utf8"), "text");
  assert.equal(readlinkSync(join(folder, "out/link.txt")), "a/plain.txt");
});

test("an archive cannot write outside of its folder", async () => {
  // yazl does not write such names, so a good archive is bent.
  const zip = await zipOf({ "aa/evil.txt": "x" });
  const bent = Buffer.from(zip.toString("latin1").replaceAll("aa/evil.txt", "../evil.txt"), "latin1");
  await assert.rejects(unpackZip(bent, join(folder, "out"), LIMIT), {
    constructor: ZipError,
    reason: "malformed",
  });
  await assert.rejects(inspectZip(bent, LIMIT), { constructor: ZipError });
  assert.equal(lstatSync(join(folder, "evil.txt"), { throwIfNoEntry: false }), undefined);
});

test("a link that points out is refused, and nothing is written through a link", async () => {
  for (const target of ["/etc", "../..", "a/../../x"]) {
    const zip = await zipOf({ link: { body: target, mode: LINK } });
    await assert.rejects(unpackZip(zip, join(folder, "out"), LIMIT), { reason: "unsafe" }, target);
  }
  const through = await zipOf({ dir: { body: ".", mode: LINK }, "dir/file": "x" });
  await assert.rejects(unpackZip(through, join(folder, "through"), LIMIT));
});

test("an archive over another does not follow the links that are there", async () => {
  const out = join(folder, "deep", "out");
  const below = await zipOf({ p: { body: ".", mode: LINK }, q: { body: "file", mode: LINK }, file: "kept" });
  // By its name the link stays inside; through `p` it would lead three folders up.
  const link = await zipOf({ "p/p/p/l": { body: "../../../x", mode: LINK }, "q/r": "x" });
  const above = await zipOf({ "p/p/p/l/evil": "x" });
  for (const zip of [below, link, above]) await unpackZip(zip, out, LIMIT);
  assert.equal(lstatSync(join(folder, "x"), { throwIfNoEntry: false }), undefined);
  assert.equal(readFileSync(join(out, "p/p/p/l/evil"), "utf8"), "x");
  assert.ok(lstatSync(join(out, "p")).isDirectory());
  assert.equal(readFileSync(join(out, "file"), "utf8"), "kept");
});

test("names that no file can have are refused before anything is run", async () => {
  const long = await zipOf({ ["n".repeat(300)]: "x" });
  await assert.rejects(inspectZip(long, LIMIT), { reason: "malformed" });
  const zip = await zipOf({ a_b: "x" });
  const bent = Buffer.from(zip.toString("latin1").replaceAll("a_b", "a\0b"), "latin1");
  await assert.rejects(inspectZip(bent, LIMIT), { reason: "malformed" });
});

test("the contents may be as large as the limit and no larger", async () => {
  const zip = await zipOf({ a: "12345", b: "67890" });
  assert.equal(await inspectZip(zip, 10), 10);
  await assert.rejects(inspectZip(zip, 9), { reason: "too-large" });
  await assert.rejects(unpackZip(zip, join(folder, "out"), 9), { reason: "too-large" });
});

test("what is no archive is malformed", async () => {
  await assert.rejects(inspectZip(Buffer.from("no zip at all"), LIMIT), { reason: "malformed" });
});

test("contents that are not what the directory says are malformed", async () => {
  const zip = await zipOf({
    "a.txt": "the contents of a file, long enough to be compressed, compressed, compressed",
  });
  const bent = Buffer.from(zip);
  bent[30 + "a.txt".length + 5]! ^= 0xff;
  await assert.rejects(inspectZip(bent, LIMIT), { reason: "malformed" });
});

test("one name cannot be a file and a folder", async () => {
  await assert.rejects(inspectZip(await zipOf({ a: "x", "a/b": "y" }), LIMIT), { reason: "malformed" });
  await assert.rejects(inspectZip(await zipOf({ "a/b": "y", a: "x" }), LIMIT), { reason: "malformed" });
});
