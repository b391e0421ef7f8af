import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

test("a squall with --end-with-stdin is there as long as its standard input is held", {
  timeout: 60_000,
}, async (t) => {
  const squall = spawn(
    process.execPath,
    ["--conditions=squall-source", CLI, "start", "--port", "0", "--end-with-stdin"],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  t.after(() => squall.kill("SIGKILL"));
  const exited = once(squall, "exit");
  let url = "";
  for await (const line of createInterface({ input: squall.stdout })) {
    url = /listens on ([^,]+),/.exec(line)?.[1] ?? url;
    if (line === "Ready.") break;
  }
  assert.equal((await fetch(`${url}/_squall/health`)).status, 200);
  assert.equal(squall.exitCode, null);
  squall.stdin.end();
  assert.deepEqual(await exited, [0, null]);
});
