import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Values } from "../../src/services/cloudformation/sam/value.ts";
import { needs } from "../needs.ts";
import { comparable, generate, ours, translate } from "./sam/translator.ts";

const folder = fileURLToPath(new URL("sam/inputs/", import.meta.url));

describe("the SAM transform and AWS's translator", needs("sam-translator"), () => {
  const inputs = readdirSync(folder);
  const said = translate(inputs.map((input) => join(folder, input)));
  for (const { file, template, output, errors, crash } of said) {
    test(`${basename(file, ".yaml")}: ${template["Description"]}`, () => {
      assert.equal(crash, undefined);
      const made = ours(template);
      if (errors) assert.deepEqual(made.errors, errors);
      else if (output) {
        assert.equal(made.errors, undefined);
        assert.deepEqual(comparable(made.output as Values), comparable(output));
      }
    });
  }

  test("make the same of templates that are made after the translator's schema", () => {
    const temporary = mkdtempSync(join(tmpdir(), "squall-sam-"));
    try {
      const file = join(temporary, "generated.yaml");
      writeFileSync(file, generate(1, 60 * Number(process.env["SQUALL_TEST_SCALE"] ?? 1)));
      let made = 0;
      for (const { template, output, errors, crash } of translate([file])) {
        // The translator has faults of its own, and some templates ask AWS.
        if (crash !== undefined) continue;
        const what = String(template["Description"]);
        const { output: own, errors: faults } = ours(template);
        assert.deepEqual(faults, errors, what);
        if (output) assert.deepEqual(comparable(own as Values), comparable(output), what);
        made += output ? 1 : 0;
      }
      assert.ok(made > 10, `${made} of them are valid`);
    } finally {
      rmSync(temporary, { recursive: true });
    }
  });
});
