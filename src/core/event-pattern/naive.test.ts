import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compilePattern, eventToMatch } from "./pattern.ts";

/*
 * The engine against the plainest reading of the grammar: an event is all of its leaves, each by the path that leads to it,
 * and every path of a pattern must find one that a condition likes. Events here have no lists of objects, whose items a
 * pattern must find together.
 */

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Rules = { readonly [name: string]: Json };

function leavesAt(event: Json, path: readonly string[]): Json[] {
  const [first, ...rest] = path;
  if (first === undefined) return Array.isArray(event) ? [...event] : isRecord(event) ? [] : [event];
  return isRecord(event) && Object.hasOwn(event, first) ? leavesAt(event[first]!, rest) : [];
}

const isRecord = (value: Json): value is Rules =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function naive(pattern: Rules, event: Json, path: readonly string[] = []): boolean {
  return Object.entries(pattern).every(([name, rule]) => {
    if (name === "$or") return (rule as Rules[]).some((option) => naive(option, event, path));
    if (!Array.isArray(rule)) return naive(rule as Rules, event, [...path, name]);
    const leaves = leavesAt(event, [...path, name]);
    return rule.some((condition) => likes(condition, leaves));
  });
}

function likes(condition: Json, leaves: readonly Json[]): boolean {
  if (!isRecord(condition)) return leaves.includes(condition);
  const [[operator, operand]] = Object.entries(condition) as [[string, Json]];
  if (operator === "exists") return leaves.length > 0 === operand;
  return leaves.some((leaf) => likesLeaf(operator, operand, leaf));
}

function likesLeaf(operator: string, operand: Json, leaf: Json): boolean {
  if (operator === "anything-but") {
    if (isRecord(operand)) {
      const [[inner, excluded]] = Object.entries(operand) as [[string, Json]];
      return ![excluded].flat().some((one) => likesLeaf(inner, one as Json, leaf));
    }
    return ![operand].flat().includes(leaf as never);
  }
  if (operator === "numeric") {
    const [sign, bound, upperSign, upper] = operand as [string, number, string?, number?];
    const holds = (by: string, than: number) =>
      typeof leaf === "number" &&
      { "=": leaf === than, "<": leaf < than, "<=": leaf <= than, ">": leaf > than, ">=": leaf >= than }[by]!;
    return holds(sign, bound) && (upperSign === undefined || holds(upperSign, upper!));
  }
  if (typeof leaf !== "string") return false;
  const text = operand as string;
  if (operator === "prefix") return leaf.startsWith(text);
  if (operator === "suffix") return leaf.endsWith(text);
  if (operator === "equals-ignore-case") return leaf.toLowerCase() === text.toLowerCase();
  const expression = text.split("*").map((part) => part.replace(/[.?+^$()|[\]{}\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`, "s").test(leaf);
}

const name = fc.constantFrom("a", "b", "c");
const text = fc.string({ unit: fc.constantFrom("a", "B", "b"), maxLength: 3 });
const number = fc.integer({ min: -3, max: 3 });
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const wildcard = fc
  .string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 5 })
  .map((drawn) => drawn.replace(/\*+/g, "*"));
const condition: fc.Arbitrary<Json> = fc.oneof(
  leaf,
  fc.boolean().map((exists) => ({ exists })),
  text.map((prefix) => ({ prefix })),
  text.map((suffix) => ({ suffix })),
  text.map((folded) => ({ "equals-ignore-case": folded })),
  wildcard.map((drawn) => ({ wildcard: drawn })),
  fc.tuple(fc.constantFrom("=", "<", "<=", ">", ">="), number).map((numeric) => ({ numeric })),
  fc.tuple(number, fc.integer({ min: 1, max: 4 })).map(([low, span]) => ({
    numeric: [">=", low, "<", low + span],
  })),
  text.map((but) => ({ "anything-but": but })),
  fc.array(number, { minLength: 1, maxLength: 3 }).map((but) => ({ "anything-but": but })),
  fc
    .array(
      text.filter((drawn) => drawn !== ""),
      { minLength: 1, maxLength: 2 },
    )
    .map((prefix) => ({ "anything-but": { prefix } })),
  wildcard.map((drawn) => ({ "anything-but": { wildcard: drawn } })),
);
const conditions = fc.array(condition, { minLength: 1, maxLength: 3 });

const { event, pattern } = fc.letrec<{ event: Json; pattern: Rules }>((tie) => ({
  event: fc.dictionary(
    name,
    fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { maxLength: 3 }), tie("event")),
    {
      maxKeys: 3,
    },
  ),
  pattern: fc
    .tuple(
      fc.dictionary(name, fc.oneof({ maxDepth: 3 }, conditions, tie("pattern")), { minKeys: 1, maxKeys: 2 }),
      fc.option(
        fc.array(fc.dictionary(name, conditions, { minKeys: 1, maxKeys: 2 }), { minLength: 2, maxLength: 3 }),
      ),
    )
    .map(([fields, either]) => (either ? { ...fields, $or: either } : fields) as Rules),
}));

test("the engine says what the plainest reading of the grammar says", () => {
  let matched = 0;
  fc.assert(
    fc.property(pattern, event, (rules, happened) => {
      const expected = naive(rules, happened);
      if (expected) matched++;
      assert.equal(compilePattern(JSON.stringify(rules)).matches(eventToMatch(happened)), expected);
    }),
    { numRuns: 3000, seed: 18 },
  );
  assert.ok(matched > 100, `only ${matched} of 3000 matched, so little was shown`);
});
