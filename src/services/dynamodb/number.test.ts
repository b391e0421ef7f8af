import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addNumbers,
  compareNumbers,
  normalNumber,
  numberSize,
  sortableNumber,
  subtractNumbers,
} from "./number.ts";

/** Any number that DynamoDB takes, in some spelling. */
const number = fc
  .tuple(
    fc.boolean(),
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 38 }),
    fc.integer({ min: -92, max: 80 }),
  )
  .map(([negative, digits, exponent]) => `${negative ? "-" : ""}${digits}e${exponent}`);
/** Numbers of like size, whose sums stay within 38 digits. */
const modest = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -6, max: 0 }))
  .map(([units, exponent]) => ({ units, exponent, text: `${units}e${exponent}` }));

test("a number has one normal form, whatever its spelling", () => {
  for (const [spelling, normal] of [
    ["1", "1"],
    ["+3", "3"],
    ["0001.2300", "1.23"],
    [".123", "0.123"],
    ["5.", "5"],
    ["-0", "0"],
    ["0e1000", "0"],
    ["-17.4E37", `-174${"0".repeat(36)}`],
    ["1e-3", "0.001"],
    ["1e+5", "100000"],
  ] as const) {
    assert.equal(normalNumber(spelling), normal);
  }
});

test("what is no number is refused", () => {
  for (const text of ["NaN", "Infinity", "dog", " 1", "1 ", "1.2.3", "--1", "1e", ".", "+"]) {
    assert.throws(() => normalNumber(text), {
      message: `The parameter cannot be converted to a numeric value: ${text}`,
    });
  }
});

test("magnitude and precision end where AWS's do", () => {
  normalNumber("9.9999999999999999999999999999999999999e125");
  assert.throws(() => normalNumber("1e126"), { message: /^Number overflow\. Attempting to store/ });
  normalNumber("-1e-130");
  assert.throws(() => normalNumber("1e-131"), { message: /^Number underflow\. Attempting to store/ });
  normalNumber("1".repeat(38));
  assert.throws(() => normalNumber("1".repeat(39)), {
    message: "Attempting to store more than 38 significant digits in a Number",
  });
});

test("a sum that needs more than 38 digits is an overflow", () => {
  assert.throws(() => addNumbers("1e50", "1"), { message: /^Number overflow/ });
  assert.throws(() => addNumbers("9e125", "9e125"), { message: /^Number overflow/ });
  assert.equal(addNumbers("10000000000000000000000", "1"), "10000000000000000000001");
  assert.equal(subtractNumbers("0.3", "0.1"), "0.2");
});

test("the normal form is its own normal form, and is the same number", () => {
  fc.assert(
    fc.property(number, (text) => {
      const normal = normalNumber(text);
      assert.equal(normalNumber(normal), normal);
      assert.equal(compareNumbers(normal, normalNumber(text)), 0);
      assert.match(normal, /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
    }),
  );
});

test("sums and differences are exact", () => {
  fc.assert(
    fc.property(modest, modest, (a, b) => {
      const scale = 10n ** 6n;
      const exact = (x: typeof a) => (x.units * scale) / 10n ** BigInt(-x.exponent);
      const read = (text: string) => {
        const [whole, fraction = ""] = text.replace("-", "").split(".") as [string, string?];
        return BigInt((text.startsWith("-") ? "-" : "") + whole + fraction.padEnd(6, "0"));
      };
      assert.equal(read(addNumbers(a.text, b.text)), exact(a) + exact(b));
      assert.equal(read(subtractNumbers(a.text, b.text)), exact(a) - exact(b));
    }),
  );
});

test("sortable texts sort as their numbers do", () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [left, right] = [sortableNumber(a), sortableNumber(b)];
      const byText = left < right ? -1 : left > right ? 1 : 0;
      assert.equal(byText, Math.sign(compareNumbers(normalNumber(a), normalNumber(b))));
      const difference = Number(a) - Number(b);
      if (Math.abs(difference) > Math.abs(Number(a)) * 1e-12) assert.equal(byText, Math.sign(difference));
    }),
    { numRuns: 2000 },
  );
});

test("a number counts a byte for two digits, one more, and one for its minus", () => {
  for (const [text, size] of [
    ["0", 1],
    ["1", 2],
    ["10", 2],
    ["12", 2],
    ["123", 3],
    ["1234", 3],
    ["-1", 3],
    ["0.1", 2],
    ["12.3", 3],
  ] as const) {
    assert.equal(numberSize(text), size, text);
  }
});
