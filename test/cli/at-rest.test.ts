import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../until.ts";
import { main } from "./squall-command.ts";

test("a squall that nobody asks anything gives memory back, and keeps what was compiled for the next", async (t) => {
  const kept = mkdtempSync(join(tmpdir(), "squall-compiled-"));
  const child = spawn(process.execPath, ["--trace-gc", main, "start", "--port", "0"], {
    env: { ...process.env, NODE_COMPILE_CACHE: kept },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => rmSync(kept, { recursive: true, force: true }));
  t.after(async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await until(() => /Mark-Compact \(reduce\)/.test(output) || child.exitCode !== null);
  assert.match(output, /Mark-Compact \(reduce\)/);
  assert.ok(existsSync(kept) && readdirSync(kept, { recursive: true }).length > 1);
});
