import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "squall/vitest/global-setup",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "squall/vitest/reporter"],
  },
});
