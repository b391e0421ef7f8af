import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileOf, pages } from "../scripts/docs.ts";

test("the pages that come from the code say what is now true (npm run docs writes them)", async () => {
  for (const [file, text] of Object.entries(await pages()))
    assert.ok(readFileSync(fileOf(file), "utf8") === text, `${file} is not what the code says: npm run docs`);
});
