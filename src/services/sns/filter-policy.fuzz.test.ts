import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileFilterPolicy, FilterPolicyError, matchesAttributes, matchesBody } from "./filter-policy.ts";

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const operator = fc.constantFrom(
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "cidr",
  "numeric",
  "exists",
  "anything-but",
  "other",
);
const operand = fc.oneof(
  scalar,
  fc.array(scalar),
  fc.dictionary(operator, scalar),
  fc.tuple(fc.constantFrom("=", "<", ">=", "x"), fc.integer()),
);
const rule = fc.array(fc.oneof(scalar, fc.dictionary(operator, operand, { maxKeys: 2 })), { maxLength: 3 });
const key = fc.oneof(fc.constant("$or"), fc.constantFrom("a", "b", "c"));
const policy = fc.letrec((tie) => ({
  node: fc.dictionary(
    key,
    fc.oneof({ depthSize: "small" }, rule, tie("node"), fc.array(tie("node"), { maxLength: 3 })),
    {
      maxKeys: 3,
    },
  ),
})).node;

function compile(text: string, scope: "MessageAttributes" | "MessageBody") {
  try {
    return compileFilterPolicy(text, scope);
  } catch (error) {
    assert.ok(error instanceof FilterPolicyError, String(error));
    return undefined;
  }
}

test("Whatever stands in a policy, it is compiled or refused, and matching never fails.", () => {
  fc.assert(
    fc.property(policy, fc.json(), fc.dictionary(key, fc.string()), (value, body, strings) => {
      const text = JSON.stringify(value);
      const byBody = compile(text, "MessageBody");
      if (byBody) assert.equal(typeof matchesBody(byBody, body), "boolean");
      const byAttributes = compile(text, "MessageAttributes");
      const attributes = Object.fromEntries(
        Object.entries(strings).map(([name, text]) => [name, { type: "String", value: text }]),
      );
      if (byAttributes) assert.equal(typeof matchesAttributes(byAttributes, attributes), "boolean");
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test("A policy of a value's own text matches that value.", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const compiled = compileFilterPolicy(JSON.stringify({ a: [value] }), "MessageBody");
      assert.ok(matchesBody(compiled, JSON.stringify({ a: value })));
      assert.ok(matchesBody(compiled, JSON.stringify({ a: ["other", value] })));
    }),
    { seed: 1 },
  );
});

test("Any text is refused as a policy, or is one.", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      compile(text, "MessageBody");
    }),
    { numRuns: 2000, seed: 1 },
  );
});
