import assert from "node:assert/strict";
import { test } from "node:test";
import { select } from "./selector.ts";

const ANSWER = {
  Reservations: [
    {
      Instances: [
        {
          Id: "i-1",
          State: { Name: "running", Code: 16 },
          Tags: [
            { Key: "username", Value: "ubuntu" },
            { Key: "a || b", Value: "quoted" },
          ],
        },
        { Id: "i-2", State: { Name: "stopped", Code: 80 }, Tags: [] },
      ],
    },
  ],
  "odd name": [1, 2, 3],
};

const CASES: readonly (readonly [string, unknown])[] = [
  ["$", ANSWER],
  ["$.Reservations[0].Instances[0].Id", "i-1"],
  ["$.Reservations[0].Instances[-1].Id", "i-2"],
  ["$['odd name'][2]", 3],
  ["$['odd name'][7]", undefined],
  ["$.None.Id", undefined],
  ["$.Reservations[*].Instances[*].Id", ["i-1", "i-2"]],
  ["$..Id", ["i-1", "i-2"]],
  ["$.Reservations[0].Instances[0].Tags[?(@.Key == 'username')].Value", ["ubuntu"]],
  ['$.Reservations[0].Instances[0].Tags[?(@.Key=="a || b")].Value', ["quoted"]],
  ["$..Instances[?(@.State.Name == 'stopped')].Id", ["i-2"]],
  ["$..Instances[?(@.State.Code >= 16 && @.State.Code < 80)].Id", ["i-1"]],
  ["$..Instances[?(@.Id == 'i-1' || @.Id == 'i-2')].State.Name", ["running", "stopped"]],
  ["$..Instances[?(@.Id != 'i-1')].Id", ["i-2"]],
  ["$..Instances[?(@.Tags[0])].Id", ["i-1"]],
  ["$..Instances[?(@.Nope)].Id", []],
];

for (const [selector, wanted] of CASES)
  test(`selects ${selector}`, () => assert.deepEqual(select(selector, ANSWER), wanted));

test("what is no selector is refused by itself", () => {
  for (const selector of [
    "Id",
    "$.",
    "$.a[",
    "$[?(process.exit())]",
    "$[?(@.a == @.b)]",
    "$[?(@.a ~ 1)]",
    "$.a[]",
  ])
    assert.throws(() => select(selector, ANSWER.Reservations), {
      message: `The selector ${selector} is not supported.`,
    });
});
