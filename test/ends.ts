import { after } from "node:test";

/* Preloaded before each test file: one whose tests have ended and that still holds something open fails soon, and says what, where the runner would wait for it for ever. */

const GRACE_MS = 30_000;

after(() => {
  setTimeout(() => {
    console.error(`Its tests have ended, and it goes on: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, GRACE_MS).unref();
});
