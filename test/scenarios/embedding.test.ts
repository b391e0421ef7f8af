import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

test("squall works inside Vitest", async () => {
  const { stdout } = await run(process.execPath, [`${root}node_modules/vitest/vitest.mjs`, "run"], {
    cwd: `${root}examples/in-tests`,
    env: { ...process.env, NO_COLOR: "1" },
  });
  assert.match(stdout, /Tests\s+3 passed \(3\)/);
});
