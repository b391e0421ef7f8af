import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Value, Values } from "../sam/value.ts";
import { evaluate, type Scope } from "./functions.ts";
import { readTemplate } from "./reading.ts";

const scope: Scope = {
  region: "eu-west-1",
  mappings: { Sizes: { small: { memory: 128 } } },
  isExtended: true,
  ref: (name) => (name === "AWS::NoValue" ? undefined : name === "List" ? ["a", "b", "c"] : `ref-${name}`),
  getAtt: (id, attribute) => `${id}:${attribute}`,
  condition: (name) => name === "Yes",
  importValue: (name) => `imported ${name}`,
  zones: (region) => [`${region}a`, `${region}b`],
};

const CASES: readonly (readonly [yaml: string, expected: Value | undefined])[] = [
  ["!Ref A", "ref-A"],
  ["!GetAtt A.B.C", "A:B.C"],
  ["!Sub 'x ${A} ${A.B} ${!A} ${AWS::Region}'", "x ref-A A:B ${A} ref-AWS::Region"],
  ["!Sub ['${V}-${A}', {V: !Ref B}]", "ref-B-ref-A"],
  ["!Join ['-', [a, !Ref B, 3]]", "a-ref-B-3"],
  ["!Join [',', !Ref List]", "a,b,c"],
  ["!Select [1, !Split [',', 'x,y']]", "y"],
  ["!Base64 hello", "aGVsbG8="],
  ["!Cidr ['10.0.0.0/16', 3, 8]", ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]],
  ["!FindInMap [Sizes, small, memory]", 128],
  ["!FindInMap [Sizes, large, memory, {DefaultValue: 1}]", 1],
  ["!ImportValue shared", "imported shared"],
  ["!GetAZs ''", ["eu-west-1a", "eu-west-1b"]],
  ["!If [Yes, 1, 2]", 1],
  ["!If [No, 1, !Ref AWS::NoValue]", undefined],
  ["{a: !If [No, 1, !Ref AWS::NoValue], b: [!Ref AWS::NoValue, 2]}", { b: [2] }],
  ["!And [!Equals [a, a], !Not [!Equals [a, b]]]", true],
  ["Fn::Length: !Ref List", 3],
  ["Fn::ToJsonString: {a: !Ref B}", '{"a":"ref-B"}'],
];

for (const [yaml, expected] of CASES) {
  test(`${yaml} is ${JSON.stringify(expected)}`, () => {
    const template = readTemplate(`Value: ${/^Fn::/.test(yaml) ? `\n  ${yaml}` : yaml}\n`);
    assert.deepEqual(evaluate(template["Value"]!, scope), expected);
  });
}

test("numbers that are none for a template stay texts, dates too", () => {
  assert.deepEqual(readTemplate("Account: 012345678901\nAt: 2012-10-17\nTime: 1:30\nN: 12\nYes: yes\n"), {
    Account: "012345678901",
    At: "2012-10-17",
    Time: "1:30",
    N: 12,
    Yes: true,
  });
});

test("a letter is no boolean: DynamoDB's type N needs no quotes", () => {
  assert.deepEqual(readTemplate("AttributeType: N\nAll: [y, Y, n, N]\nOn: off\n"), {
    AttributeType: "N",
    All: ["y", "Y", "n", "N"],
    On: false,
  });
});

test("what is not well-formed is refused with its place", () => {
  assert.throws(() => readTemplate('{\n  "a": }'), {
    message: "Template format error: JSON not well-formed. (line 2, column 9)",
  });
  assert.throws(() => readTemplate('{"key" "value", "and": "more"}'), {
    message: "Template format error: JSON not well-formed. (line 1, column 9)",
  });
  assert.throws(() => readTemplate("a: [1"), {
    message: /^Template format error: YAML not well-formed\. \(line 1, column \d+\)$/,
  });
  assert.throws(() => readTemplate("text"), { message: "Template format error: unsupported structure." });
});

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant({ Ref: "A" }),
  fc.constant({ "Fn::GetAtt": ["A", "B"] }),
);
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf as fc.Arbitrary<Value>,
    fc.array(tie("value"), { maxLength: 4 }) as fc.Arbitrary<Value>,
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie("value"), {
      maxKeys: 4,
      noNullPrototype: true,
    }) as fc.Arbitrary<Value>,
    fc
      .tuple(fc.constantFrom("Yes", "No"), tie("value"), tie("value"))
      .map((all) => ({ "Fn::If": all }) as Value),
    fc.array(fc.string(), { maxLength: 3 }).map((all) => ({ "Fn::Join": ["-", all] }) as Value),
  ),
})).value;

test("a value evaluated twice is the same, and what is evaluated stays as it is", () => {
  fc.assert(
    fc.property(value, (any) => {
      const before = structuredClone(any);
      const once = evaluate(any, scope);
      assert.deepEqual(evaluate(any, scope), once);
      assert.deepEqual(any, before);
      assert.deepEqual(evaluate(once as Value, scope), once);
    }),
  );
});

test("a template in JSON is read as it is written", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{1,5}$/), value, {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      }),
      (map) => {
        assert.deepEqual(readTemplate(JSON.stringify(map)), JSON.parse(JSON.stringify(map)) as Values);
      },
    ),
  );
});
