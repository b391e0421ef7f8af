import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { Scratch, shortScratch, sweepScratch } from "./scratch.ts";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "test-scratch-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("scratch files are gone when they are removed", async () => {
  const scratch = new Scratch();
  const folder = scratch.folder("lambda", "code");
  writeFileSync(join(folder, "file"), "x");
  await scratch.remove();
  assert.ok(!existsSync(folder));
});

test("what is left of an ended process is swept, and nothing else", async (t) => {
  const folder = folderOf(t);
  const { pid: dead } = spawnSync(process.execPath, ["--version"]);
  const name = (owner: number) => `squall-${hostname().replaceAll(/[^\w.]/g, "_")}-${owner}-abCD12`;
  for (const kept of [name(process.pid), "squall-elsewhere-1-abCD12", "squall-notes", "other"]) {
    mkdirSync(join(folder, kept));
  }
  mkdirSync(join(folder, name(dead), "lambda/code"), { recursive: true });
  const short = shortScratch("test");
  t.after(() => rmSync(short, { recursive: true, force: true }));
  const shortOf = (owner: number) => basename(short).replace(`.${process.pid}-`, `.${owner}-`);
  mkdirSync(join(folder, shortOf(process.pid)));
  mkdirSync(join(folder, shortOf(dead)));
  await sweepScratch(folder);
  assert.deepEqual(
    readdirSync(folder).sort(),
    [name(process.pid), shortOf(process.pid), "squall-elsewhere-1-abCD12", "squall-notes", "other"].sort(),
  );
});

test("a name that leads out of the scratch folder makes none", async () => {
  const scratch = new Scratch();
  for (const name of ["..", "../x", "a/../../x", "ecs-1-../../../x", "a\\..\\x"])
    assert.throws(() => scratch.folder(name), /cannot be/);
  assert.match(scratch.folder("ecs-1-..x"), /ecs-1-\.\.x$/);
  await scratch.remove();
});
