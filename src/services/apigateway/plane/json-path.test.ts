import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonPath } from "./json-path.ts";

const PETS = {
  pets: [
    { name: "a", price: 1 },
    { name: "b", price: 5 },
  ],
  a: { "b c": { d: 3 } },
};

test("a definite path gives its value, an indefinite one a list", () => {
  assert.equal(jsonPath(PETS, "$.pets[0].name"), "a");
  assert.equal(jsonPath(PETS, "$.nothing.at.all"), undefined);
  assert.deepEqual(jsonPath(PETS, "$.a['b c'].d"), 3);
  assert.deepEqual(jsonPath(PETS, "$.pets[*].name"), ["a", "b"]);
  assert.deepEqual(jsonPath(PETS, "$..d"), [3]);
  assert.deepEqual(jsonPath(PETS, "$.pets[?(@.price > 3)].name"), ["b"]);
  assert.equal(jsonPath(PETS, "$.pets.length()"), 2);
  assert.equal(jsonPath("text", "$"), "text");
  assert.equal(jsonPath("text", "$.a"), undefined);
});

test("a filter cannot run JavaScript", () => {
  const global = globalThis as { struck?: boolean };
  for (const filter of [
    "globalThis.struck = true",
    "(() => { globalThis.struck = true })()",
    "''.constructor.constructor('globalThis.struck = true')()",
  ]) {
    try {
      jsonPath(PETS, `$.pets[?(${filter})]`);
    } catch {
      // Refused is as good as nothing found.
    }
  }
  assert.equal(global.struck, undefined);
});
