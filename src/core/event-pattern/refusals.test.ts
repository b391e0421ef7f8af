import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern, PatternError } from "./pattern.ts";

/** What AWS says of patterns that are none, and the column that it names; "" where it names no place, twice in lists. */
const REFUSED: readonly (readonly [pattern: string, reason: string, columns: readonly number[]])[] = [
  ['{"tags": []}', "Empty arrays are not allowed", [12]],
  ['{"tags": {}}', "Empty objects are not allowed", [12]],
  ["{}", "Empty objects are not allowed", [3]],
  ['["a"]', "Filter is not an object", [2]],
  ['{"n": 5}', '"n" must be an object or an array', [8]],
  ['{"s": "x"}', '"s" must be an object or an array', [8]],
  ['{"s": [["x"]]}', "Match value must be String, number, true, false, or null", [9]],
  ['{"s": [{"PREFIX": "x"}]}', "Unrecognized match type PREFIX", [20]],
  ['{"s": [{"prefix": ["x"]}]}', "prefix match pattern must be a string", [20]],
  ['{"s": [{"suffix": ["x"]}]}', "suffix match pattern must be a string", [20]],
  ['{"s": [{"equals-ignore-case": {"a": "b"}}]}', "equals-ignore-case match pattern must be a string", [32]],
  [
    '{"s": [{"anything-but": null}]}',
    "Value of anything-but must be an array or single string/number value.",
    [29],
  ],
  [
    '{"s": [{"anything-but": [null]}]}',
    "Inside anything but list, start|null|boolean is not supported.",
    [30, 30],
  ],
  ['{"s": [{"anything-but": {"suffix": ""}}]}', "Null prefix/suffix not allowed", [38]],
  [
    '{"s": [{"anything-but": {"prefix": [null, "x"]}}]}',
    "prefix/suffix match pattern must be a string",
    [41, 41],
  ],
  ['{"s": [{"anything-but": {"wildcard": [5]}}]}', "wildcard match pattern must be a string", [40, 40]],
  [
    '{"s": [{"anything-but": {"equals-ignore-case": [5]}}]}',
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
    [50, 50],
  ],
  ['{"s": [{"cidr": ["x"]}]}', "prefix match pattern must be a string", [18]],
  ['{"s": [{"cidr": "x"}]}', "Malformed CIDR, one '/' required", []],
  ['{"s": [{"cidr": "10.x/8"}]}', "Nonstandard IP address: 10.x", []],
  ['{"s": [{"cidr": "10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer", []],
  [
    '{"s": [{"wildcard": "*-*-*-*-*-end"}]}',
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
    [],
  ],
  [
    '{"s": open end"',
    "Unrecognized token 'open': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    [11],
  ],
  ["{'s': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", [2]],
];

for (const [pattern, reason, columns] of REFUSED) {
  test(`${pattern} is refused in AWS's words, with its place`, () => {
    const places = columns.map(
      (column) => `\n at [Source: (String)"${pattern}"; line: 1, column: ${column}]`,
    );
    assert.throws(
      () => compilePattern(pattern),
      (error) => {
        assert.ok(error instanceof PatternError);
        assert.equal(error.message, reason + places.join(""));
        return true;
      },
    );
  });
}

test("four stars before texts that begin alike are not too many", () => {
  assert.ok(compilePattern('{"s": [{"wildcard": "*-*-*-*-end"}]}').matches({ s: "1-2-3-4-end" }));
});
