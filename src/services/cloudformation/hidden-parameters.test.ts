import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutHidden } from "./hidden-parameters.ts";

const hidden = (...values: string[]) =>
  Object.fromEntries(values.map((value, at) => [`P${at}`, { value, isHidden: true as const }]));

test("texts are without hidden values, however deep they stand, alone or among others", () => {
  const shown = withoutHidden(
    { a: "hunter2", b: ["is hunter2.", { c: 'x"y"z' }], body: '{"Pin":"7","Said":"x\\"y\\"z"}' },
    hidden("hunter2", 'x"y"z', "7"),
  );
  assert.deepEqual(shown, {
    a: "****",
    b: ["is ****.", { c: "****" }],
    body: '{"Pin":"****","Said":"****"}',
  });
});

test("a hidden value that is written like a number or a boolean leaves those alone", () => {
  const shown = withoutHidden({ atMs: 1764374400000, isHidden: true, pin: "1764" }, hidden("1764", "true"));
  assert.deepEqual(shown, { atMs: 1764374400000, isHidden: true, pin: "****" });
});

test("what hides nothing is the same value", () => {
  const value = { text: "plain" };
  assert.equal(withoutHidden(value, { P: { value: "plain" } }), value);
});
