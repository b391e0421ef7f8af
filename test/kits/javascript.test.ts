import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { needs } from "../needs.ts";
import { tool } from "./kit.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** This repository's source is what a project finds as its package. */
const SOURCE = { NODE_OPTIONS: "--conditions=squall-source --no-warnings" };

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "squall-kit-"));
  for (const name of ["orders.cjs", "vitest", "jest"])
    cpSync(join(ROOT, "test/kits", name), join(folder, name), { recursive: true });
  for (const name of ["vitest", "@aws-sdk"]) link(join(ROOT, "node_modules", name), name);
  link(ROOT, "squall");
});
after(() => rmSync(folder, { recursive: true, force: true }));

function link(target: string, name: string): void {
  const place = join(folder, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(target, place);
}

test("Vitest: each test has a squall of its own, by one for all", async () => {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const said = await tool(join(folder, "vitest"), [process.execPath, vitest, "run"], SOURCE);
  assert.match(said, /8 passed/);
  assert.match(
    said,
    /order\.test\.mjs > the SDK retries, and the calls say so {2}dynamodb\.PutItem@orders 400, 400, 200/,
  );
});

test("on an older Node.js a run is told what it wants, and a squall that runs already will do", async () => {
  const { oneForAll } = await import(new URL("../../kits/javascript/one-for-all.mjs", import.meta.url).href);
  const load = () => assert.fail("What an old Node.js cannot read is not loaded.");
  const { versions } = process;
  Object.defineProperty(process, "versions", { value: { ...versions, node: "20.20.2" } });
  try {
    await assert.rejects(
      oneForAll(load),
      /^Error: squall needs Node 24 or newer .*; this is Node 20\.20\.2\./,
    );
    process.env["SQUALL_URL"] = "http://127.0.0.1:9";
    assert.equal((await oneForAll(load)).url, "http://127.0.0.1:9");
  } finally {
    delete process.env["SQUALL_URL"];
    Object.defineProperty(process, "versions", { value: versions });
  }
});

test("Jest: each test has a squall of its own, by one for all", needs("jest"), async () => {
  const said = await tool(join(folder, "jest"), ["jest"], SOURCE);
  assert.match(said, /2 passed/);
});
