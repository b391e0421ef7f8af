import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { crash } from "../crash/rounds.ts";

/** A round takes two to three seconds, most of it the start: 5 while one works, 50 in CI, 1,000 by `npm run nightly`. */
const ROUNDS = Number(process.env["SQUALL_CRASH_ROUNDS"] ?? (process.env["CI"] ? 50 : 5));

/** Many rounds say now and then how they go. */
const SAID_EVERY = 25;

function dataDir(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-crash-all-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test(`kill -9 under load over all services, ${ROUNDS} times: nothing acknowledged is lost, nothing is half done`, async (t) => {
  const { writes } = await crash(dataDir(t), ROUNDS, "SIGKILL", ({ rounds, writes }) => {
    if (rounds % SAID_EVERY === 0) console.log(`${rounds} rounds, ${writes} acknowledged writes`);
  });
  t.diagnostic(`${writes} acknowledged writes`);
  assert.ok(writes > ROUNDS * 20, `${writes} writes`);
});

test("SIGTERM under load over all services ends in two seconds, and loses nothing", async (t) => {
  const { writes } = await crash(dataDir(t), 3, "SIGTERM");
  assert.ok(writes > 60, `${writes} writes`);
});
