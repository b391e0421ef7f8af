/*
 * Preloaded before each test file: one whose tests have ended and that still holds something open fails soon, and says what, where the
 * runner would wait for it for ever. The processes that tests start inherit the flag and have no tests.
 */

const GRACE_MS = 30_000;

if (process.argv[1]?.endsWith(".test.ts")) {
  const { after } = await import("node:test");
  after(() => {
    setTimeout(() => {
      console.error(`Its tests have ended, and it goes on: ${process.getActiveResourcesInfo().join(", ")}`);
      process.exit(1);
    }, GRACE_MS).unref();
  });
}
