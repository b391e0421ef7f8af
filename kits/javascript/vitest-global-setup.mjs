// vitest.config.ts: `test: { globalSetup: "squall/vitest/global-setup" }`
import { createRequire } from "node:module";
import { oneForAll } from "./one-for-all.mjs";

export default async function setup({ provide }) {
  // By Node.js itself: Vitest makes imports its own.
  const { url, salt, stop } = await oneForAll(() => createRequire(import.meta.url)("squall/testing"));
  provide("squall", { url, salt });
  return stop;
}
