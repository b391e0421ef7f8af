import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Squall } from "./squall-command.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const)
  test(`a squall that gets ${signal} says so, and ends well`, async (t) => {
    const squall = new Squall(t);
    const child = squall.spawn("start", "--port", "0");
    let output = "";
    const isReady = new Promise<void>((resolve) => {
      const hear = (text: string) => {
        output += text;
        if (output.includes("Ready.")) resolve();
      };
      child.stdout?.setEncoding("utf8").on("data", hear);
      child.stderr?.setEncoding("utf8").on("data", hear);
    });
    const ended = once(child, "close");
    const gaveUp = setTimeout(() => child.kill("SIGKILL"), 120_000);
    await Promise.race([isReady, ended]);
    child.kill(signal);
    assert.deepEqual(await ended, [0, null], output);
    clearTimeout(gaveUp);
    assert.match(output, new RegExp(`Stopping: ${signal}\\.`));
  });
