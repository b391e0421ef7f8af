import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "squall/vitest/global-setup",
    reporters: ["default", "squall/vitest/reporter"],
  },
});
