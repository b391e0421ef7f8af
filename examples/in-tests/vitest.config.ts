import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/**/*.spec.ts"] },
  // In this repository `squall` is the source beside it; in yours, the installed package.
  resolve: { alias: { "squall/testing": new URL("../../src/testing.ts", import.meta.url).pathname } },
});
