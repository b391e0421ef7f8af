import assert from "node:assert/strict";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
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

test("a file that was kept is written again under another name, whole, whatever its length was", () => {
  using at = place();
  for (const [name, content] of Object.entries({ shorter: "abc", longer: "x".repeat(100), empty: "" })) {
    assert.ok(at.spare.keep(at.made("old", "0123456789")));
    assert.ok(!existsSync(at.path("old")));
    assert.ok(at.spare.write(at.path(name), Buffer.from(content)));
    assert.equal(readFileSync(at.path(name), "utf8"), content);
  }
  assert.ok(!at.spare.write(at.path("another"), Buffer.from("x")));
});

test("a file that has another name is not kept: its bytes are somebody's", () => {
  using at = place();
  linkSync(at.made("old", "x"), at.path("other"));
  assert.ok(!at.spare.keep(at.path("old")));
});

test("large files are not kept, nor more than enough, nor what is not there", () => {
  using at = place();
  assert.ok(!at.spare.keep(at.made("large", "x".repeat(64 * 1024 + 1))));
  assert.ok(!at.spare.keep(at.path("none")));
  let kept = 0;
  for (let n = 0; n < 300; n++) if (at.spare.keep(at.made(`one-${n}`, ""))) kept++;
  assert.equal(kept, 256);
});

test("one whose new folder is not there is kept for the next; one that has gone meanwhile is as none", () => {
  using at = place();
  at.spare.keep(at.made("a", ""));
  assert.throws(() => at.spare.write(join(at.root, "folder", "new"), Buffer.from("x")), { code: "ENOENT" });
  mkdirSync(join(at.root, "folder"));
  assert.ok(at.spare.write(join(at.root, "folder", "new"), Buffer.from("x")));
  assert.deepEqual(readdirSync(at.path("spare")), []);
  at.spare.keep(at.made("b", ""));
  rmSync(at.path("spare"), { recursive: true });
  assert.ok(!at.spare.write(at.path("new"), Buffer.from("x")));
});
