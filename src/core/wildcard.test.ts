import assert from "node:assert/strict";
import { test } from "node:test";
import { starred, wildcard } from "./wildcard.ts";

const CASES: readonly [pattern: string, fits: readonly string[], not: readonly string[]][] = [
  ["", [""], ["a"]],
  ["a", ["a"], ["", "aa", "b"]],
  ["*", ["", "a", "a\nb"], []],
  ["a*", ["a", "ab"], ["", "ba"]],
  ["*a", ["a", "ba"], ["", "ab"]],
  ["a*a", ["aa", "aba"], ["a"]],
  ["*a*b*", ["ab", "xaxbx"], ["ba", "a", "b"]],
  ["a**b", ["ab", "a-b"], ["a"]],
  ["*ab*ab", ["abab", "ab-ab"], ["ab", "aba"]],
];

test("a star is any text, and parts do not overlap", () => {
  for (const [pattern, fits, not] of CASES) {
    for (const [texts, wanted] of [[fits, true] as const, [not, false] as const]) {
      for (const text of texts) {
        assert.equal(wildcard(pattern, text), wanted, `${pattern} ${text}`);
        assert.equal(starred(pattern.split("*"))(text), wanted, `${pattern} ${text}`);
      }
    }
  }
});

test("both agree on all short patterns and texts", () => {
  const words = (alphabet: string, length: number): string[] =>
    length === 0
      ? [""]
      : words(alphabet, length - 1).flatMap((word) => [word, ...[...alphabet].map((c) => word + c)]);
  const texts = [...new Set(words("ab", 5))];
  for (const pattern of new Set(words("ab*", 4))) {
    const parts = starred(pattern.split("*"));
    for (const text of texts) assert.equal(parts(text), wildcard(pattern, text), `${pattern} ${text}`);
  }
});

test("long parts and many stars take no time to speak of", () => {
  const text = "ab".repeat(131_072);
  const part = "ab".repeat(16_000);
  const startedAt = performance.now();
  assert.equal(starred(["", `${part}a${part}`, ""])(text), false);
  assert.equal(starred(["", part, part, "b"])(text), true);
  assert.equal(starred([..."a".repeat(1000), "x"])("a".repeat(262_144)), false);
  assert.equal(wildcard(`${"*a".repeat(1000)}*b`, "a".repeat(10_000)), false);
  assert.ok(performance.now() - startedAt < 1000);
});
