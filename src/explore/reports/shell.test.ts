import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { typed } from "./shell.ts";

test("a plain command is typed as it is", () => {
  assert.equal(typed(["npm", "run", "test:all", "--", "--grep=a,b"]), "npm run test:all -- --grep=a,b");
  assert.equal(typed(["jest", "**/*.js", "it's"]), "jest '**/*.js' 'it'\\''s'");
});

test("a shell reads the words that were meant", () => {
  const word = fc.string({
    unit: fc.constantFrom(..." '\"\\$*`!;&|<>()[]{}~#\n\tab".split("")),
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const said = execFileSync("sh", ["-c", `printf '%s\\0' ${typed(["x", ...words])}`], {
        encoding: "utf8",
      });
      assert.deepEqual(said.split("\0").slice(0, -1), ["x", ...words]);
    }),
    { numRuns: 50 },
  );
});
