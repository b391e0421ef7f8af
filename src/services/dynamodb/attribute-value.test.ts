import assert from "node:assert/strict";
import { test } from "node:test";
import { type AttributeValue, admit, admitItem, compare, equal, itemSize } from "./attribute-value.ts";

const refused = (value: AttributeValue, message: string) =>
  assert.throws(() => admit(value), { name: "ValidationException", message });

test("a value has exactly one type", () => {
  refused({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  refused(
    { S: "a", N: "1" },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  );
});

test("sets are neither empty nor hold anything twice", () => {
  const invalid = "One or more parameter values were invalid: ";
  refused({ SS: [] }, `${invalid}An string set  may not be empty`);
  refused({ NS: [] }, `${invalid}An number set  may not be empty`);
  refused({ BS: [] }, `${invalid}Binary sets should not be empty`);
  refused({ SS: ["a", "b", "a"] }, `${invalid}Input collection [a, b, a] contains duplicates.`);
  refused({ NS: ["1", "1.0"] }, "Input collection contains duplicates");
  refused(
    { BS: [Buffer.from("a"), Buffer.from("a")] },
    `${invalid}Input collection [YQ==, YQ==]of type BS contains duplicates.`,
  );
});

test("NULL is true, whatever it was said to be", () => {
  assert.deepEqual(admit({ NULL: false }).normal, { NULL: true });
});

test("a list may be nested 32 levels deep, not 33", () => {
  const nested = (levels: number): AttributeValue =>
    levels === 0 ? { S: "x" } : { L: [nested(levels - 1)] };
  admit(nested(32));
  assert.throws(() => admit(nested(33)), { message: /^Nesting Levels have exceeded supported limits/ });
});

test("an item's size is that of its names and values", () => {
  const item = {
    id: { S: "é" },
    n: { N: "1234" },
    b: { B: Buffer.alloc(10) },
    t: { BOOL: true },
    l: { L: [{ S: "a" }, { NULL: true }] },
    m: { M: { k: { S: "v" } } },
    s: { SS: ["ab", "c"] },
  };
  assert.equal(admitItem(item).size, 4 + 4 + 11 + 2 + (1 + 3 + 2 + 2) + (1 + 3 + 1 + 2) + 4);
  assert.equal(itemSize(item), admitItem(item).size);
});

test("numbers come into normal form, also inside sets and lists", () => {
  const value: AttributeValue = { L: [{ N: "1.50" }, { NS: ["1e2", "3"] }] };
  assert.deepEqual(admit(value).normal, { L: [{ N: "1.5" }, { NS: ["100", "3"] }] });
  assert.deepEqual(value, { L: [{ N: "1.50" }, { NS: ["1e2", "3"] }] });
});

test("sets are equal in any order, lists are not", () => {
  assert.ok(equal({ NS: ["1", "2"] }, { NS: ["2", "1"] }));
  assert.ok(!equal({ L: [{ N: "1" }, { N: "2" }] }, { L: [{ N: "2" }, { N: "1" }] }));
  assert.ok(equal({ M: { a: { B: Buffer.from("x") } } }, { M: { a: { B: Buffer.from("x") } } }));
});

test("strings are ordered by their UTF-8 bytes, not by UTF-16 units", () => {
  assert.ok(compare({ S: "\u{ff5e}" }, { S: "\u{1f600}" })! < 0);
  assert.equal(compare({ S: "1" }, { N: "1" }), undefined);
});
