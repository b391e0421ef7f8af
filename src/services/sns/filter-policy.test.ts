import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Attribute,
  compileFilterPolicy,
  FilterPolicyError,
  matchesAttributes,
  matchesBody,
} from "./filter-policy.ts";

function byAttributes(policy: object, attributes: Record<string, Attribute>): boolean {
  return matchesAttributes(compileFilterPolicy(JSON.stringify(policy), "MessageAttributes"), attributes);
}

function byBody(policy: object, body: unknown): boolean {
  return matchesBody(compileFilterPolicy(JSON.stringify(policy), "MessageBody"), JSON.stringify(body));
}

const text = (value: string): Attribute => ({ type: "String", value });
const number = (value: number): Attribute => ({ type: "Number", value: String(value) });
const list = (...values: unknown[]): Attribute => ({ type: "String.Array", value: JSON.stringify(values) });

function refusal(
  policy: string | object,
  scope: "MessageAttributes" | "MessageBody" = "MessageBody",
): string {
  try {
    compileFilterPolicy(typeof policy === "string" ? policy : JSON.stringify(policy), scope);
  } catch (error) {
    assert.ok(error instanceof FilterPolicyError);
    return error.message;
  }
  assert.fail("the policy was accepted");
}

const first = (message: string) => message.split("\n")[0];
const place = (message: string) => /line: (\d+), column: (\d+)/.exec(message)?.slice(1).join(":");

test("All keys of a policy must hold, and of each key one value.", () => {
  const policy = { store: ["a", "b"], price: [100] };
  assert.equal(byAttributes(policy, { store: text("b"), price: number(100) }), true);
  assert.equal(byAttributes(policy, { store: text("c"), price: number(100) }), false);
  assert.equal(byAttributes(policy, { store: text("a") }), false);
});

test("A string attribute does not equal a number, nor a number a string.", () => {
  assert.equal(byAttributes({ a: [100] }, { a: text("100") }), false);
  assert.equal(byAttributes({ a: ["100"] }, { a: number(100) }), false);
});

test("Numbers are compared to five decimals.", () => {
  assert.equal(byAttributes({ a: [1.00001] }, { a: number(1.000011) }), true);
  assert.equal(byAttributes({ a: [1.00001] }, { a: number(1.00002) }), false);
});

test("Of a String.Array, one value must match; true, false and null are values.", () => {
  assert.equal(byAttributes({ a: ["x"] }, { a: list("w", "x") }), true);
  assert.equal(byAttributes({ a: ["x"] }, { a: list("w") }), false);
  assert.equal(byAttributes({ a: [true] }, { a: list(true) }), true);
  assert.equal(byAttributes({ a: [null] }, { a: list(null) }), true);
  assert.equal(byAttributes({ a: [{ "anything-but": ["x"] }] }, { a: list("x", "y") }), true);
  assert.equal(byAttributes({ a: [{ "anything-but": ["x"] }] }, { a: list("x") }), false);
});

test("A Binary attribute exists, whatever it holds.", () => {
  assert.equal(byAttributes({ a: [{ exists: true }] }, { a: { type: "Binary", value: "AgME" } }), true);
});

test("null in a policy by attributes stands for a missing one.", () => {
  const policy = { a: [null, { "anything-but": "whatever" }] };
  assert.equal(byAttributes(policy, {}), true);
  assert.equal(byAttributes(policy, { a: text("whatever") }), false);
});

const STRINGS: [condition: object, matches: string[], doesNot: string[]][] = [
  [{ prefix: "bas" }, ["baseball", "bas"], ["Baseball", "ball"]],
  [{ prefix: { "equals-ignore-case": "BAS" } }, ["baseball", "BASE"], ["ball"]],
  [{ suffix: "ball" }, ["baseball", "ball"], ["balls"]],
  [{ suffix: { "equals-ignore-case": ".PNG" } }, ["a.png", "b.PnG"], ["png"]],
  [{ "equals-ignore-case": "Tennis" }, ["TENNIS", "tennis"], ["tennis "]],
  [{ wildcard: "*ball" }, ["baseball", "ball"], ["balls"]],
  [{ wildcard: "a*c*e" }, ["abcde", "ace", "a\nc e"], ["abcd"]],
  [{ wildcard: "a\\*b" }, ["a*b"], ["aXb"]],
  [{ wildcard: "a\\\\b.?" }, ["a\\b.?"], ["a\\bx"]],
  [{ cidr: "10.0.0.0/24" }, ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "text", "::1"]],
  [{ cidr: "2001:db8::/32" }, ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]],
  [{ "anything-but": "x" }, ["y"], ["x"]],
  [{ "anything-but": ["x", "y"] }, ["z"], ["x", "y"]],
  [{ "anything-but": { prefix: "order-" } }, ["data-1"], ["order-1"]],
  [{ "anything-but": { prefix: ["a", "b"] } }, ["c"], ["a1", "b1"]],
  [{ "anything-but": { suffix: "-x" } }, ["a"], ["a-x"]],
  [{ "anything-but": { wildcard: "*b*" } }, ["acd"], ["abd"]],
  [{ "anything-but": { "equals-ignore-case": ["A", "B"] } }, ["c"], ["a", "B"]],
];
for (const [condition, matches, doesNot] of STRINGS) {
  test(`${JSON.stringify(condition)} compares strings.`, () => {
    for (const value of matches)
      assert.equal(byAttributes({ a: [condition] }, { a: text(value) }), true, value);
    for (const value of doesNot)
      assert.equal(byAttributes({ a: [condition] }, { a: text(value) }), false, value);
    assert.equal(byAttributes({ a: [condition] }, {}), false, "a missing attribute");
  });
}

test("numeric compares with one bound or two.", () => {
  const passes = (range: unknown[], value: number) =>
    byAttributes({ a: [{ numeric: range }] }, { a: number(value) });
  assert.equal(passes(["=", 5], 5), true);
  assert.equal(passes(["=", 5], 5.1), false);
  assert.equal(passes(["<", 5], 5), false);
  assert.equal(passes(["<=", 5], 5), true);
  assert.equal(passes([">", 0, "<=", 100], 0), false);
  assert.equal(passes([">", 0, "<=", 100], 100), true);
  assert.equal(passes([">=", 0, "<", 100], 0), true);
  assert.equal(passes([">=", 0, "<", 100], 100), false);
  assert.equal(byAttributes({ a: [{ numeric: ["=", 5] }] }, { a: text("5") }), false);
});

test("exists asks for a key or for its absence.", () => {
  assert.equal(byAttributes({ a: [{ exists: true }] }, { a: text("") }), true);
  assert.equal(byAttributes({ a: [{ exists: true }] }, {}), false);
  assert.equal(byAttributes({ a: [{ exists: false }] }, {}), true);
  assert.equal(byAttributes({ a: [{ exists: false }] }, { a: text("x") }), false);
});

test("$or needs one of its alternatives beside all other keys.", () => {
  const policy = { source: ["s"], $or: [{ a: ["1"] }, { b: [{ prefix: "x" }], c: ["2"] }] };
  assert.equal(byAttributes(policy, { source: text("s"), a: text("1") }), true);
  assert.equal(byAttributes(policy, { source: text("s"), b: text("xy"), c: text("2") }), true);
  assert.equal(byAttributes(policy, { source: text("s"), b: text("xy") }), false);
  assert.equal(byAttributes(policy, { a: text("1") }), false);
});

test("$or with fewer than two objects is a key of that name.", () => {
  assert.equal(byBody({ $or: ["x", "y"] }, { $or: "x" }), true);
});

test("A body is matched by its nested keys.", () => {
  const policy = { person: { name: ["Ann"], age: [{ numeric: [">", 30] }] } };
  assert.equal(byBody(policy, { person: { name: "Ann", age: 31 } }), true);
  assert.equal(byBody(policy, { person: { name: "Ann", age: 30 } }), false);
  assert.equal(byBody(policy, { person: "Ann" }), false);
});

test("One item of a list in a body must match with all its keys.", () => {
  const policy = { people: { name: ["Ann"], city: ["Rome"] } };
  assert.equal(byBody(policy, { people: [{ name: "Bob" }, { name: "Ann", city: "Rome" }] }), true);
  assert.equal(
    byBody(policy, {
      people: [
        { name: "Bob", city: "Rome" },
        { name: "Ann", city: "Oslo" },
      ],
    }),
    false,
  );
});

test("A missing key of a body can be asked for, in depth, too.", () => {
  assert.equal(byBody({ a: { b: [{ exists: false }] } }, { a: { c: 1 } }), true);
  assert.equal(byBody({ a: { b: [{ exists: false }] } }, {}), true);
  assert.equal(byBody({ a: { b: [{ exists: false }] } }, { a: { b: null } }), false);
  assert.equal(byBody({ a: [null] }, { a: null }), true);
  assert.equal(byBody({ a: [null] }, {}), false);
});

test("A dot in a key is a level of a body, in the policy as in the message.", () => {
  for (const policy of [{ "a.b.c": ["x"] }, { a: { b: { c: ["x"] } } }, { "a.b": { c: ["x"] } }]) {
    for (const body of [
      { a: { b: { c: "x" } } },
      { "a.b.c": "x" },
      { "a.b": { c: "x" } },
      { a: { "b.c": "x" } },
      { "a.d": 1, "a.b.c": "x" },
    ])
      assert.equal(byBody(policy, body), true, JSON.stringify({ policy, body }));
    assert.equal(byBody(policy, { "a.b": "x" }), false);
  }
});

test("A body that is no JSON object never matches.", () => {
  const policy = compileFilterPolicy('{"a":[{"exists":false}]}', "MessageBody");
  assert.equal(matchesBody(policy, "no JSON"), false);
  assert.equal(matchesBody(policy, "[1]"), false);
  assert.equal(matchesBody(policy, "{}"), true);
});

const REFUSALS: [policy: string, message: string, place: string][] = [
  ['{"key":[["value"]]}', "Match value must be String, number, true, false, or null", "1:10"],
  ['{"key":[{"wrong-operator":true}]}', "Unrecognized match type wrong-operator", "1:31"],
  ['{"key":[{"suffix":"value","prefix":"value2"}]}', "Only one key allowed in match expression", "1:37"],
  ['{"key":[{"suffix":100}]}', "suffix match pattern must be a string", "1:22"],
  ['{"key":[{"suffix":null}]}', "suffix match pattern must be a string", "1:23"],
  ['{"key":{"suffix":"value"}}', '"suffix" must be an object or an array', "1:19"],
  ['{"key":[{"suffix":["a","b"]}]}', "suffix match pattern must be a string", "1:20"],
  ['{"key_a":"value_one"}', '"key_a" must be an object or an array', "1:11"],
  ['{"key":[{"numeric":[]}]}', "Invalid member in numeric match: ]", "1:22"],
  ['{"key":[{"numeric":["operator"]}]}', "Unrecognized numeric range operator: operator", "1:32"],
  ['{"key":[{"numeric":[1,"<="]}]}', "Invalid member in numeric match: 1", "1:22"],
  ['{"key":[{"numeric":["=","000"]}]}', "Value of equals must be numeric", "1:26"],
  ['{"key":[{"numeric":[">="]}]}', "Value of >= must be numeric", "1:26"],
  ['{"key":[{"numeric":["<",100,">",10]}]}', "Too many elements in numeric expression", "1:30"],
  ['{"key":[{"numeric":[">=",1,">",2]}]}', "Bad numeric range operator: >", "1:31"],
  ['{"key":[{"numeric":[">",3,"<",1]}]}', "Bottom must be less than top", "1:33"],
  ['{"key":[{"numeric":[">",20,"<="]}]}', "Value of <= must be numeric", "1:33"],
  ['{"key":[{"numeric":[">",20,30]}]}', "Bad value in numeric range: 30", "1:30"],
  ['{"key":[{"numeric":[">",20,"test"]}]}', "Bad numeric range operator: test", "1:34"],
  ['{"key":[{"numeric":[">",20,"<","30"]}]}', "Value of < must be numeric", "1:33"],
  ['{"key":[{"numeric":[">",20,"<",30,"<",50]}]}', "Too many terms in numeric range expression", "1:36"],
  ['{"key":[{"exists":null}]}', "exists match pattern must be either true or false.", "1:23"],
  ['{"key":[{"exists":"no"}]}', "exists match pattern must be either true or false.", "1:20"],
  [
    "{i:1}",
    "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name",
    "1:2",
  ],
];
for (const [policy, message, at] of REFUSALS) {
  test(`${policy} is refused as AWS refuses it.`, () => {
    const found = refusal(policy);
    assert.equal(first(found), message);
    assert.equal(place(found), at);
  });
}

test("A policy by attributes cannot be nested.", () => {
  assert.equal(
    refusal({ object: { key: [{ prefix: "auto-" }] } }, "MessageAttributes"),
    "Filter policy scope MessageAttributes does not support nested filter policy",
  );
});

test("A policy has at most 5 keys and 150 combinations.", () => {
  const keys = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, ["v"]]));
  compileFilterPolicy(JSON.stringify(keys(5)), "MessageAttributes");
  assert.equal(refusal(keys(6), "MessageAttributes"), "Filter policy can not have more than 5 keys");
  const values = (n: number) => Array.from({ length: n }, (_, i) => String(i));
  compileFilterPolicy(JSON.stringify({ a: values(15), b: values(10) }), "MessageAttributes");
  assert.equal(refusal({ a: values(151) }, "MessageAttributes"), "Filter policy is too complex");
  // A level deeper counts as often again: 4×3 × 3×2 × 3 = 216.
  assert.equal(
    refusal({ a: { b: { c: values(4) } }, d: { e: values(3) }, f: values(3) }),
    "Filter policy is too complex",
  );
});
