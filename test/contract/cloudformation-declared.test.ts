import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { allTypes } from "../../src/services/cloudformation/resource-type.ts";

/* Whatever a service declares under CloudFormation's name for it, stacks can have. */

/** Declared types that stacks cannot have yet. One that gets its file in `types/` leaves this list. */
const MISSING: readonly string[] = [];

test("every declared resource that CloudFormation has a type for has it here, but for those that are named", async () => {
  const services = fileURLToPath(new URL("../../src/services/", import.meta.url));
  const declared = new Set<string>();
  for (const name of readdirSync(services)) {
    const file = `${services}${name}/declaration.ts`;
    if (!existsSync(file)) continue;
    const { default: declaration } = (await import(file)) as {
      default: { resources?: Record<string, { cfn?: string }> };
    };
    for (const { cfn } of Object.values(declaration.resources ?? {}))
      if (cfn !== undefined) declared.add(cfn);
  }
  const types = new Set((await allTypes()).map(({ type }) => type));
  assert.ok(declared.size > 50, `${declared.size} are declared`);
  const missing = [...declared].filter((type) => !types.has(type));
  assert.deepEqual(missing.sort(), MISSING);
});
