import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** From the root of the repository: whatever a store does with pages. `npm run nightly -- guarded-pages` has more. */
const FILES = [
  "src/core/pages/sorted-pages.test.ts",
  "src/core/storage.test.ts",
  "src/core/logged.test.ts",
  "test/contract/reset.test.ts",
];

const root = fileURLToPath(new URL("../", import.meta.url));

test("nobody writes beside a page's block, nor to one that was let go, nor lets go of one twice", async () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const flags = [
    "--conditions=squall-source",
    "--import",
    "./test/ends.ts",
    "--import",
    "./test/guarded-pages.ts",
  ];
  // One test is about memory that is given back, of which what is kept from use has some.
  const tests = ["--test", "--test-skip-pattern", "takes no memory", ...FILES];
  await run(process.execPath, [...flags, ...tests], { cwd: root, env });
});

test("a write beside a block ends the process, and so does one to what was let go, or to let go twice", async () => {
  const misdeeds = [
    ["block.bytes[block.end] = 1; letGo(block);", "What is beside a block was written to."],
    ["block.bytes[block.begin - 1] = 1;", "What is beside a block was written to."],
    ["letGo(block); block.bytes[block.begin] = 1;", "A block was written to that nobody has."],
    ["letGo(block); letGo(block);", "A block is let go that nobody has."],
  ] as const;
  for (const [misdeed, said] of misdeeds) {
    const program = `const { blockOf, letGo } = await import("./src/core/pages/blocks.ts"); const block = blockOf(1000); ${misdeed}`;
    const flags = ["--import", "./test/guarded-pages.ts", "--input-type=module", "--eval", program];
    await assert.rejects(run(process.execPath, flags, { cwd: root }), (error: { stderr: string }) => {
      assert.match(error.stderr, new RegExp(`^${said}\n`));
      return true;
    });
  }
});
