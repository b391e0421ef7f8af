import { test } from "vitest";
import { order } from "../order.cjs";

test("an order is taken", () => order("o1"));
