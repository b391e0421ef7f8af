const { order } = require("../order.cjs");

test("an order is taken", () => order("o1"));
