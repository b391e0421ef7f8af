import { after, before, test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { Explored } from "./found.ts";

const explored = new Explored("partial");
before(() => explored.setUp());
after(() => explored.tearDown());

test("explore finds the planted faults in Python", needs("boto3"), () => explored.finds("planted/python"));
test("explore finds nothing in the mended twin in Python", needs("boto3"), () =>
  explored.findsNothing("mended/python"),
);
