import assert from "node:assert/strict";
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SpareFiles } from "./spare-files.ts";

function place() {
  const root = mkdtempSync(join(tmpdir(), "squall-test-spare-"));
  const spare = new SpareFiles(() => join(root, "spare"));
  const path = (name: string) => join(root, name);
  const made = (name: string, content: string) => {
    writeFileSync(path(name), content);
    return path(name);
  };
  const end = () => rmSync(root, { recursive: true, force: true });
  return { root, spare, path, made, [Symbol.dispose]: end };
}

test("a file that was kept is written again under another name", () => {
  using at = place();
  assert.ok(at.spare.keep(at.made("old", "0123456789")));
  assert.ok(!existsSync(at.path("old")));
  const taken = at.spare.take(at.path("new"))!;
  assert.equal(taken.oldBytes, 10);
  writeSync(taken.file, "abc", 0);
  assert.equal(readFileSync(at.path("new"), "utf8"), "abc3456789");
  assert.equal(at.spare.take(at.path("newer")), undefined);
});

test("a file that has another name is not kept: its bytes are somebody's", () => {
  using at = place();
  linkSync(at.made("old", "x"), at.path("other"));
  assert.ok(!at.spare.keep(at.path("old")));
  assert.equal(at.spare.take(at.path("new")), undefined);
});

test("large files are not kept, nor more than enough, nor what is not there", () => {
  using at = place();
  assert.ok(!at.spare.keep(at.made("large", "x".repeat(8 * 1024 ** 2 + 1))));
  assert.ok(!at.spare.keep(at.path("none")));
  let kept = 0;
  for (let n = 0; n < 20; n++) if (at.spare.keep(at.made(`one-${n}`, "x".repeat(8 * 1024 ** 2)))) kept++;
  assert.equal(kept, 8);
  for (let n = 0; n < 300; n++) if (at.spare.keep(at.made(`empty-${n}`, ""))) kept++;
  assert.equal(kept, 256);
});

test("one that has gone meanwhile, or has nowhere to go, is as none", () => {
  using at = place();
  at.spare.keep(at.made("a", ""));
  at.spare.keep(at.made("b", ""));
  assert.equal(at.spare.take(join(at.root, "no such folder", "new")), undefined);
  rmSync(at.path("spare"), { recursive: true });
  assert.equal(at.spare.take(at.path("new")), undefined);
});

test("what is cleared is gone, and it can begin again", async () => {
  using at = place();
  at.spare.keep(at.made("a", ""));
  await at.spare.clear();
  assert.deepEqual(readdirSync(at.root), []);
  assert.ok(at.spare.keep(at.made("b", "")));
  assert.ok(at.spare.take(at.path("c")));
});
