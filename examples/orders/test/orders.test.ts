import { after, before, test } from "node:test";
import { Explored } from "./found.ts";

const explored = new Explored("partial,duplicate");
before(() => explored.setUp());
after(() => explored.tearDown());

test("explore finds the planted faults", () => explored.finds("planted"));
test("explore finds nothing in the mended twin", () => explored.findsNothing("mended"));
