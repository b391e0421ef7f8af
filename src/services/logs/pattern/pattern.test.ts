import assert from "node:assert/strict";
import { test } from "node:test";
import { PatternError } from "./compiled.ts";
import { compilePattern } from "./pattern.ts";

const matches = (pattern: string, message: string) => compilePattern(pattern).match(message) !== undefined;

const TEXT: [pattern: string, yes: string[], no: string[]][] = [
  ["", ["anything"], []],
  ["ERROR", ["[ERROR 400] BAD REQUEST"], ["error", "WARN"]],
  ["ERROR ARGUMENTS", ["[ERROR 419] MISSING ARGUMENTS", "ARGUMENTS ERROR"], ["[ERROR 400]"]],
  ["?ERROR ?ARGUMENTS", ["[ERROR 400]", "INVALID ARGUMENTS"], ["fine"]],
  ['"INTERNAL SERVER ERROR"', ["[500] INTERNAL SERVER ERROR"], ["INTERNAL ERROR SERVER"]],
  ["ERROR -ARGUMENTS", ["[ERROR 400]"], ["[ERROR 419] MISSING ARGUMENTS", "fine"]],
  ['-"not this"', ["this"], ["not this"]],
  ["%AUTHORIZED%", ["UNAUTHORIZED"], ["authorized"]],
  ["%4[0-9]{2}%", ["status 404"], ["status 504"]],
  ["%^START%", ["START RequestId"], ["RESTART"]],
  ["?a ?b c", ["c alone"], ["a", "b"]],
  ['"say \\"hi\\""', ['they say "hi"'], ["they say hi"]],
];
for (const [pattern, yes, no] of TEXT) {
  test(`The pattern ${pattern || "(none)"} matches by terms.`, () => {
    for (const message of yes) assert.equal(matches(pattern, message), true, message);
    for (const message of no) assert.equal(matches(pattern, message), false, message);
  });
}

const DOCUMENT = JSON.stringify({
  eventType: "UpdateTrail",
  sourceIPAddress: "111.111.111.111",
  arrayKey: ["value", "another"],
  "a.b": 1,
  objectList: [
    { name: "a", id: 1 },
    { name: "b", id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  latency: 12.5,
  text: "404",
});
const JSON_PATTERNS: [pattern: string, matches: boolean][] = [
  ['{ $.eventType = "UpdateTrail" }', true],
  ["{ $.eventType = UpdateTrail }", true],
  ['{ $.eventType = "Update*" }', true],
  ['{ $.eventType != "UpdateTrail" }', false],
  ["{ $.missing != 1 }", false],
  ["{ $.missing NOT EXISTS }", true],
  ["{ $.eventType NOT EXISTS }", false],
  ["{ $.sourceIPAddress != 123.123.* }", true],
  ["{ $.sourceIPAddress = 111.111.* }", true],
  ['{ $.arrayKey[0] = "value" }', true],
  ["{ $.objectList[1].id = 2 }", true],
  ["{ $.objectList[*].id = 1 }", true],
  ["{ $.['a.b'] = 1 }", true],
  ["{ $.SomeObject IS NULL }", true],
  ["{ $.ThisFlag IS TRUE }", true],
  ["{ $.ThisFlag IS FALSE }", false],
  ["{ $.latency > 12 }", true],
  ["{ $.latency >= 12.5 && $.latency < 13 }", true],
  ["{ $.latency > 1.3e1 }", false],
  ["{ $.text = 404 }", true],
  ["{ $.eventType = %Trail$% }", true],
  ['{ ($.latency = 1 || $.ThisFlag IS TRUE) && $.eventType = "UpdateTrail" }', true],
  ['{ $.latency = 1 || $.ThisFlag IS TRUE && $.eventType = "Other" }', false],
];
for (const [pattern, expected] of JSON_PATTERNS) {
  test(`${pattern} ${expected ? "matches" : "does not match"} the document.`, () => {
    assert.equal(matches(pattern, DOCUMENT), expected);
    assert.equal(matches(pattern, "no JSON"), false);
  });
}

test("A JSON pattern gives the values of its selectors.", () => {
  const found = compilePattern('{ $.eventType = "*" && $.latency > 1 }').match(DOCUMENT);
  assert.deepEqual({ ...found }, { "$.eventType": "UpdateTrail", "$.latency": "12.5" });
  assert.equal(compilePattern("{ $.latency > 1 }").value(DOCUMENT, "$.objectList[0].name"), "a");
});

const LINE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
const SPACE: [pattern: string, matches: boolean][] = [
  ["[ip, server, username, timestamp, request, status_code, bytes]", true],
  ["[ip, server, username, timestamp, request, status_code]", false],
  ["[ip, server, username, timestamp, request = *html*, status_code = 4*, bytes > 1000]", true],
  ["[ip, ..., status_code = 404 || status_code = 410, bytes]", true],
  ["[..., status_code = 4*, bytes]", true],
  ["[ip = %127.*%, ...]", true],
  ["[w1 = ERROR || w1 = %WARN%, ...]", false],
  ["[ip, server != Prod, ...]", false],
  ["[..., bytes >= 1535]", false],
  ["[]", true],
];
for (const [pattern, expected] of SPACE) {
  test(`${pattern} ${expected ? "matches" : "does not match"} the line.`, () =>
    assert.equal(matches(pattern, LINE), expected));
}

test("A space-delimited pattern names the fields.", () => {
  assert.deepEqual(compilePattern("[ip, ..., status, bytes]").match(LINE), {
    $ip: "127.0.0.1",
    $2: "Prod",
    $3: "frank",
    $4: "10/Oct/2000:13:25:15 -0700",
    $5: "GET /index.html HTTP/1.0",
    $status: "404",
    $bytes: "1534",
  });
});

for (const pattern of [
  "{ $.a = }",
  "{ $.a = 1",
  "[a, b",
  "{ a = 1 }",
  "{ $.a > x }",
  "%(a)%",
  '"open',
  "[..., a, ...]",
]) {
  test(`${pattern} is refused.`, () => assert.throws(() => compilePattern(pattern), PatternError));
}

test("A term with other characters than letters, digits and underscores needs quotes.", () =>
  assert.throws(() => compilePattern("time-out"), /Invalid character\(s\) in term 'time-out'/));
