const assert = require("node:assert/strict");
const { describe, test } = require("node:test");
const { order, receipt, total } = require("../shop.cjs");

describe("the shop", () => {
  test("takes an order (one)", () => order("o1"));
  test("writes a receipt", () => receipt("o1"));
});

test("prices add up", () => assert.equal(total(1, 2), 3));
