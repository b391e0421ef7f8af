const { order } = require("../order.cjs");

// biome-ignore lint/correctness/noUndeclaredVariables: Jest gives it.
test("an order is taken", () => order("o1"));
