/*
 * Preloaded before each test file: one whose tests have ended and that still holds something open fails soon, and says what, where the
 * runner would wait for it for ever. One that ends and does not go (Node turns in a circle over a handle that libuv never closed) is
 * killed. The processes that tests start inherit the flag and have no tests.
 */

import { spawn } from "node:child_process";

const GRACE_MS = 30_000;

if (process.argv[1]?.endsWith(".test.ts")) {
  const { after } = await import("node:test");
  after(() => {
    setTimeout(() => {
      console.error(`Its tests have ended, and it goes on: ${process.getActiveResourcesInfo().join(", ")}`);
      process.exit(1);
    }, GRACE_MS).unref();
  });
  process.once("exit", () => {
    const { pid } = process;
    // A number that has gone to another process by then is left alone.
    const started = `cut -d" " -f22 /proc/${pid}/stat 2>/dev/null`;
    const kill = `was=$(${started}); sleep ${GRACE_MS / 1000}; [ -n "$was" ] && [ "$was" = "$(${started})" ] && kill -KILL ${pid}`;
    const options = { detached: true, stdio: "ignore", env: { PATH: process.env["PATH"] ?? "" } } as const;
    spawn("sh", ["-c", kill], options).unref();
  });
}
