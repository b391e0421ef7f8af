import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AttributeValue, Item } from "../attribute-value.ts";
import { holds } from "./evaluation.ts";
import { readExpressions } from "./expressions.ts";
import { applyUpdate } from "./update-application.ts";

/** Plain values for a reference evaluator that knows nothing of attribute values. */
type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };

const scalar: fc.Arbitrary<Plain> = fc.oneof(
  fc.constantFrom("", "a", "ab", "b"),
  fc.integer({ min: -3, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const plain = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("x", "y"), scalar, { noNullPrototype: true }) },
);
const document = fc.dictionary(fc.constantFrom("a", "b", "c"), plain, { noNullPrototype: true });

function value(of: Plain): AttributeValue {
  if (typeof of === "string") return { S: of };
  if (typeof of === "number") return { N: String(of) };
  if (typeof of === "boolean") return { BOOL: of };
  if (of === null) return { NULL: true };
  if (Array.isArray(of)) return { L: of.map(value) };
  return { M: item(of) };
}
const item = (of: { [name: string]: Plain }): Item =>
  Object.fromEntries(Object.entries(of).map(([name, member]) => [name, value(member)]));

const paths = ["a", "b", "c", "a.x", "b.y", "c[0]", "c[1]"] as const;
type Path = (typeof paths)[number];

function look(from: { [name: string]: Plain }, path: Path): Plain | undefined {
  let found: Plain | undefined = from;
  for (const step of path.match(/[a-z]+|\d+/g)!) {
    const isIndex = /\d/.test(step);
    if (found === null || typeof found !== "object" || Array.isArray(found) !== isIndex) return undefined;
    found = Object.hasOwn(found, step) ? (found as Record<string, Plain>)[step] : undefined;
    if (found === undefined) return undefined;
  }
  return found;
}

type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=";
type Ask =
  | { is: "compare"; path: Path; operator: Operator; to: Plain }
  | { is: "between"; path: Path; low: number; high: number }
  | { is: "in"; path: Path; list: Plain[] }
  | { is: "exists" | "missing"; path: Path }
  | { is: "type"; path: Path; type: "S" | "N" | "BOOL" | "NULL" | "L" | "M" }
  | { is: "begins" | "contains"; path: Path; with: string }
  | { is: "size"; path: Path; operator: Operator; to: number }
  | { is: "and"; left: Ask; right: Ask }
  | { is: "or"; left: Ask; right: Ask }
  | { is: "not"; ask: Ask };

const path = fc.constantFrom(...paths);
const operator = fc.constantFrom<Operator>("=", "<>", "<", "<=", ">", ">=");
const leaf: fc.Arbitrary<Ask> = fc.oneof(
  fc.record({
    is: fc.constant("compare" as const),
    path,
    operator: fc.constantFrom<Operator>("=", "<>"),
    to: plain,
  }),
  fc.record({
    is: fc.constant("compare" as const),
    path,
    operator,
    to: fc.oneof(fc.constantFrom("a", "ab"), fc.integer({ min: -2, max: 2 })),
  }),
  fc
    .tuple(path, fc.integer({ min: -3, max: 3 }), fc.nat({ max: 3 }))
    .map(([path, low, more]) => ({ is: "between" as const, path, low, high: low + more })),
  fc.record({ is: fc.constant("in" as const), path, list: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ is: fc.constantFrom("exists" as const, "missing" as const), path }),
  fc.record({
    is: fc.constant("type" as const),
    path,
    type: fc.constantFrom(
      "S" as const,
      "N" as const,
      "BOOL" as const,
      "NULL" as const,
      "L" as const,
      "M" as const,
    ),
  }),
  fc.record({
    is: fc.constantFrom("begins" as const, "contains" as const),
    path,
    with: fc.constantFrom("a", "b"),
  }),
  fc.record({ is: fc.constant("size" as const), path, operator, to: fc.nat({ max: 3 }) }),
);
const ask: fc.Arbitrary<Ask> = fc.letrec<{ ask: Ask }>((tie) => ({
  ask: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ is: fc.constant("and" as const), left: tie("ask"), right: tie("ask") }),
    fc.record({ is: fc.constant("or" as const), left: tie("ask"), right: tie("ask") }),
    fc.record({ is: fc.constant("not" as const), ask: tie("ask") }),
  ),
})).ask;

/** The expression's text; parentheses only where precedence needs them. */
function text(of: Ask, values: Record<string, AttributeValue>): string {
  const bind = (plain: Plain) => {
    const name = `:v${Object.keys(values).length}`;
    values[name] = value(plain);
    return name;
  };
  switch (of.is) {
    case "compare":
      return `${of.path} ${of.operator} ${bind(of.to)}`;
    case "between":
      return `${of.path} between ${bind(of.low)} AND ${bind(of.high)}`;
    case "in":
      return `${of.path} IN (${of.list.map(bind).join(", ")})`;
    case "exists":
      return `attribute_exists(${of.path})`;
    case "missing":
      return `attribute_not_exists(${of.path})`;
    case "type":
      return `attribute_type(${of.path}, ${bind(of.type)})`;
    case "begins":
      return `begins_with(${of.path}, ${bind(of.with)})`;
    case "contains":
      return `contains(${of.path}, ${bind(of.with)})`;
    case "size":
      return `size(${of.path}) ${of.operator} ${bind(of.to)}`;
    case "not":
      return of.ask.is === "and" || of.ask.is === "or"
        ? `NOT (${text(of.ask, values)})`
        : `not ${text(of.ask, values)}`;
    case "and":
    case "or": {
      const part = (side: Ask) =>
        of.is === "and" && side.is === "or" ? `(${text(side, values)})` : text(side, values);
      return `${part(of.left)} ${of.is === "and" ? "AND" : "or"} ${part(of.right)}`;
    }
  }
}

const same = (a: Plain, b: Plain): boolean => {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((member, at) => same(member, b[at]!));
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a, b] as { [name: string]: Plain }[];
  const names = Object.keys(left!);
  return (
    names.length === Object.keys(right!).length &&
    names.every((name) => Object.hasOwn(right!, name) && same(left![name]!, right![name]!))
  );
};

function comparison(left: Plain | undefined, operator: Operator, right: Plain): boolean {
  if (operator === "<>") return left === undefined || !same(left, right);
  if (left === undefined) return false;
  if (operator === "=") return same(left, right);
  if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) return false;
  const [a, b] = [left, right as string | number];
  return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b;
}

function reference(of: Ask, from: { [name: string]: Plain }): boolean {
  if (of.is === "and") return reference(of.left, from) && reference(of.right, from);
  if (of.is === "or") return reference(of.left, from) || reference(of.right, from);
  if (of.is === "not") return !reference(of.ask, from);
  const found = look(from, of.path);
  switch (of.is) {
    case "compare":
      return comparison(found, of.operator, of.to);
    case "between":
      return typeof found === "number" && found >= of.low && found <= of.high;
    case "in":
      return found !== undefined && of.list.some((member) => same(found, member));
    case "exists":
      return found !== undefined;
    case "missing":
      return found === undefined;
    case "type":
      return found !== undefined && Object.keys(value(found))[0] === of.type;
    case "begins":
      return typeof found === "string" && found.startsWith(of.with);
    case "contains":
      if (typeof found === "string") return found.includes(of.with);
      return Array.isArray(found) && found.includes(of.with);
    case "size": {
      if (found === undefined || found === null || typeof found === "number" || typeof found === "boolean")
        return of.operator === "<>";
      const size =
        typeof found === "string" || Array.isArray(found) ? found.length : Object.keys(found).length;
      return comparison(size, of.operator, of.to);
    }
  }
}

test("a condition holds exactly when a reference evaluator says so", () => {
  fc.assert(
    fc.property(ask, document, (asked, from) => {
      const values: Record<string, AttributeValue> = {};
      const FilterExpression = text(asked, values);
      const { filter } = readExpressions({
        FilterExpression,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      });
      assert.equal(holds(filter!, item(from)), reference(asked, from), FilterExpression);
    }),
    { numRuns: 3000 },
  );
});

test("an update changes what it names and nothing else, and leaves the item that it was given", () => {
  const names = ["a", "b", "c", "d"];
  fc.assert(
    fc.property(
      document,
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
      plain,
      (from, changed, to) => {
        const removed = changed.slice(1);
        const before = item(from);
        const kept = structuredClone(before);
        const { update } = readExpressions({
          UpdateExpression: `SET ${changed[0]} = :v${removed.length > 0 ? ` REMOVE ${removed.join(", ")}` : ""}`,
          ExpressionAttributeValues: { ":v": value(to) },
        });
        const after = applyUpdate(before, update!);
        assert.deepEqual(before, kept);
        const wanted = { ...kept, [changed[0]!]: value(to) };
        for (const name of removed) delete wanted[name];
        assert.deepEqual(after, wanted);
      },
    ),
  );
});
