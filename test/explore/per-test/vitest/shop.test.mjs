import { describe, expect, test } from "vitest";
import { order, receipt, total } from "../shop.cjs";

describe("the shop", () => {
  test("takes an order (one)", () => order("o1"));
  test("writes a receipt", () => receipt("o1"));
});

test("prices add up", () => expect(total(1, 2)).toBe(3));
