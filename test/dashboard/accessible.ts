import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Scene } from "./stage.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Asks axe. The page has to be opened with `bypassCSP`: its policy lets in no script of a test's. */
export async function assertAccessible({ page }: Scene, what: string): Promise<void> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(readFileSync(AXE, "utf8"));
  const violations = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
    "axe.run().then(({ violations }) => violations)",
  );
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  assert.deepEqual(told, [], what);
}
