import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttributeValue, Item } from "../attribute-value.ts";
import { holds } from "./evaluation.ts";
import { type ExpressionInput, readExpressions } from "./expressions.ts";
import { project } from "./projection.ts";
import { applyUpdate } from "./update-application.ts";

const refused = (input: ExpressionInput, message: string) =>
  assert.throws(() => readExpressions(input), { name: "ValidationException", message });
const condition = (text: string, message: string, values?: Record<string, AttributeValue>) =>
  refused(
    { ConditionExpression: text, ...(values && { ExpressionAttributeValues: values }) },
    `Invalid ConditionExpression: ${message}`,
  );
const update = (text: string, message: string, values?: Record<string, AttributeValue>) =>
  refused(
    { UpdateExpression: text, ...(values && { ExpressionAttributeValues: values }) },
    `Invalid UpdateExpression: ${message}`,
  );

describe("conditions that AWS refuses", () => {
  test("a syntax error names the token and what is near it", () => {
    condition("a = ", 'Syntax error; token: "<EOF>", near: "="');
    condition("a ! b", 'Syntax error; token: "!", near: "a ! b"');
    condition("", "The expression can not be empty;");
    condition("a = :b c", 'Syntax error; token: "c", near: ":b c"');
    condition("(a = :b", 'Syntax error; token: "<EOF>", near: ":b"');
  });

  test("redundant parentheses", () => {
    condition("((a = b))", "The expression has redundant parentheses;");
    condition("a = b AND ((c = d OR e = f))", "The expression has redundant parentheses;");
    readExpressions({ ConditionExpression: "(a = b) AND ((c = d) OR (e) = f)" });
  });

  test("functions that are unknown, misplaced or given the wrong number of operands", () => {
    condition("exist(a)", "Invalid function name; function: exist");
    condition(
      "attribute_exists(a) = b",
      "The function is not allowed to be used this way in an expression; function: attribute_exists",
    );
    condition("size(a)", "The function is not allowed to be used this way in an expression; function: size");
    condition(
      "attribute_exists(a, b)",
      "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2",
    );
    condition(
      "attribute_exists(:a)",
      "Operator or function requires a document path; operator or function: attribute_exists",
      { ":a": { S: "a" } },
    );
  });

  test("reserved words", () => {
    condition("status = b", "Attribute name is a reserved keyword; reserved keyword: status");
    condition("a.Size = b", "Attribute name is a reserved keyword; reserved keyword: Size");
  });

  test("placeholders that are not defined", () => {
    condition(
      "#a = b",
      "An expression attribute name used in the document path is not defined; attribute name: #a",
    );
    condition(
      "a = :a",
      "An expression attribute value used in expression is not defined; attribute value: :a",
    );
  });

  test("operands of a wrong type, equal operands, and bounds the wrong way round", () => {
    const values = { ":n": { N: "1" }, ":m": { N: "2" }, ":s": { S: "x" }, ":l": { L: [] } };
    const only = (...names: (keyof typeof values)[]) =>
      Object.fromEntries(names.map((name) => [name, values[name] as AttributeValue]));
    condition(
      "begins_with(a, :n)",
      "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
      only(":n"),
    );
    condition(
      "a < :l",
      "Incorrect operand type for operator or function; operator or function: <, operand type: L",
      only(":l"),
    );
    condition(
      "a.b = a.b",
      "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b]",
    );
    condition(
      "a BETWEEN :m AND :n",
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
      only(":n", ":m"),
    );
    condition(
      "a BETWEEN :n AND :s",
      "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:x}",
      only(":n", ":s"),
    );
    condition(
      "attribute_type(a, :s)",
      "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
      only(":s"),
    );
  });

  test("IN takes 100 operands, not 101", () => {
    const list = (length: number) => `a IN (${Array.from({ length }, (_, at) => `b${at}`).join(",")})`;
    readExpressions({ ConditionExpression: list(100) });
    condition(list(101), "The IN operator is provided with too many operands; number of operands: 101");
  });
});

describe("placeholders of a request", () => {
  test("each must be used", () => {
    const names = { "#a": "a", "#b": "b" };
    refused(
      { ConditionExpression: "attribute_exists(#a)", ExpressionAttributeNames: names },
      "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}",
    );
    refused(
      {
        ConditionExpression: "a = :x",
        ExpressionAttributeValues: { ":x": { S: "" }, ":y": { S: "" }, ":z": { S: "" } },
      },
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:y, :z}",
    );
  });

  test("their keys and values are checked", () => {
    refused(
      { ConditionExpression: "a = b", ExpressionAttributeNames: { a: "a" } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    );
    refused(
      { ConditionExpression: "a = :b", ExpressionAttributeValues: { ":b": { N: "x" } } },
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :b",
    );
    refused(
      { ConditionExpression: "a = :b", ExpressionAttributeValues: {} },
      "ExpressionAttributeValues must not be empty",
    );
  });
});

describe("updates", () => {
  test("that AWS refuses", () => {
    update("SET", 'Syntax error; token: "<EOF>", near: "SET"');
    update("ADD uid SET", 'Syntax error; token: "SET", near: "uid SET"');
    update(
      "SET a = b REMOVE c SET d = e",
      'The "SET" section can only be used once in an update expression;',
    );
    update(
      "SET a = b, a = c",
      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
    );
    update(
      "SET a.b = c REMOVE a[0]",
      "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
    );
    update(
      "ADD a :s",
      "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
      { ":s": { S: "x" } },
    );
    update(
      "SET a = b + :s",
      "Incorrect operand type for operator or function; operator or function: +, operand type: S",
      { ":s": { S: "x" } },
    );
    update("SET a = b + c + d", 'Syntax error; token: "+", near: "c + d"');
  });

  const updated = (item: Item, text: string, values?: Record<string, AttributeValue>) =>
    applyUpdate(
      item,
      readExpressions({ UpdateExpression: text, ...(values && { ExpressionAttributeValues: values }) })
        .update!,
    );

  test("compute everything from the item as it was", () => {
    const item: Item = { a: { N: "1" }, b: { N: "2" } };
    assert.deepEqual(updated(item, "SET a = b, b = a"), { a: { N: "2" }, b: { N: "1" } });
    assert.deepEqual(item, { a: { N: "1" }, b: { N: "2" } });
  });

  test("keep list positions while they work", () => {
    const list = (...texts: string[]): Item => ({ l: { L: texts.map((S) => ({ S })) } });
    assert.deepEqual(updated(list("a", "b", "c", "d"), "REMOVE l[0], l[2]"), list("b", "d"));
    assert.deepEqual(
      updated(list("a"), "SET l[7] = :y, l[5] = :x", { ":x": { S: "x" }, ":y": { S: "y" } }),
      list("a", "x", "y"),
    );
  });

  test("reach into maps and lists", () => {
    const item: Item = { m: { M: { l: { L: [{ N: "1" }, { N: "2" }] } } } };
    assert.deepEqual(updated(item, "SET m.l[1] = m.l[1] + :one, m.x = m.l[0]", { ":one": { N: "1" } }), {
      m: { M: { l: { L: [{ N: "1" }, { N: "3" }] }, x: { N: "1" } } },
    });
    assert.throws(() => updated(item, "SET z.y = m"), {
      message: "The document path provided in the update expression is invalid for update",
    });
    assert.throws(() => updated(item, "SET y = nothing"), {
      message: "The provided expression refers to an attribute that does not exist in the item",
    });
  });

  test("ADD and DELETE work on numbers and sets, and an empty set goes", () => {
    const item: Item = { n: { N: "1" }, s: { SS: ["a", "b"] } };
    assert.deepEqual(
      updated(item, "ADD n :n, s :s, fresh :n", { ":n": { N: "2.5" }, ":s": { SS: ["b", "c"] } }),
      {
        n: { N: "3.5" },
        s: { SS: ["a", "b", "c"] },
        fresh: { N: "2.5" },
      },
    );
    assert.deepEqual(updated(item, "DELETE s :s", { ":s": { SS: ["a", "b"] } }), { n: { N: "1" } });
    assert.throws(() => updated(item, "ADD n :s", { ":s": { SS: ["a"] } }), {
      message: "An operand in the update expression has an incorrect data type",
    });
  });

  test("if_not_exists and list_append", () => {
    const values = { ":empty": { L: [] }, ":x": { L: [{ S: "x" }] } };
    const text = "SET l = list_append(if_not_exists(l, :empty), :x)";
    const once = updated({}, text, values);
    assert.deepEqual(once, { l: { L: [{ S: "x" }] } });
    assert.deepEqual(updated(once, text, values), { l: { L: [{ S: "x" }, { S: "x" }] } });
  });
});

test("projections keep structure and close up lists", () => {
  const item: Item = {
    a: { M: { b: { S: "1" }, c: { S: "2" } } },
    l: { L: [{ S: "0" }, { S: "1" }, { S: "2" }] },
  };
  const paths = readExpressions({ ProjectionExpression: "l[2], a.c, l[0], nothing" }).projection!;
  assert.deepEqual(project(item, paths), { l: { L: [{ S: "0" }, { S: "2" }] }, a: { M: { c: { S: "2" } } } });
  refused(
    { ProjectionExpression: "a, a.b" },
    "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
  );
});

describe("key conditions", () => {
  const keys = (text: string) =>
    readExpressions({
      KeyConditionExpression: text,
      ExpressionAttributeValues: { ":a": { S: "a" }, ":b": { S: "b" } },
    }).keyConditions;

  test("may be written either way round", () => {
    assert.deepEqual(
      [...keys("p = :a AND :b < s")!],
      [
        ["p", { operator: "EQ", values: [{ S: "a" }] }],
        ["s", { operator: "GT", values: [{ S: "b" }] }],
      ],
    );
  });

  test("are comparisons of keys joined by AND", () => {
    const throws = (text: string, message: string) => assert.throws(() => keys(text), { message });
    throws("p = :a OR s = :b", "Invalid operator used in KeyConditionExpression: OR");
    throws("p = :a AND s <> :b", "Invalid operator used in KeyConditionExpression: <>");
    throws("p = :a AND contains(s, :b)", "Invalid operator used in KeyConditionExpression: contains");
    throws("p = :a AND p = :b", "KeyConditionExpressions must only contain one condition per key");
    throws("p.x = :a AND s = :b", "KeyConditionExpressions cannot have conditions on nested attributes");
  });
});

describe("conditions hold", () => {
  const item: Item = {
    n: { N: "10" },
    s: { S: "hello" },
    ss: { SS: ["a", "b"] },
    l: { L: [{ N: "1" }, { S: "x" }] },
    m: { M: { k: { BOOL: true } } },
  };
  const values: Record<string, AttributeValue> = {
    ":9": { N: "9" },
    ":10": { N: "10.0" },
    ":h": { S: "he" },
    ":a": { S: "a" },
    ":N": { S: "N" },
    ":t": { BOOL: true },
    ":one": { N: "1" },
    ":5": { N: "5" },
  };
  const ask = (text: string) => {
    const used = Object.fromEntries(Object.entries(values).filter(([name]) => text.includes(name)));
    const input = {
      FilterExpression: text,
      ...(Object.keys(used).length > 0 && { ExpressionAttributeValues: structuredClone(used) }),
    };
    return holds(readExpressions(input).filter!, item);
  };
  for (const [text, expected] of [
    ["n = :10", true],
    ["n > :9", true],
    ["n < :9", false],
    ["n > s", false],
    ["n <> s", true],
    ["absent <> :9", true],
    ["absent = :9", false],
    ["absent < :9", false],
    ["n BETWEEN :9 AND :10", true],
    ["n IN (:9, :10)", true],
    ["begins_with(s, :h)", true],
    ["contains(ss, :a)", true],
    ["contains(l, :one)", true],
    ["contains(s, :h) AND NOT contains(s, :a)", true],
    ["attribute_type(n, :N)", true],
    ["attribute_exists(m.k) AND attribute_not_exists(m.z)", true],
    ["m.k = :t", true],
    ["l[0] = :one", true],
    ["size(s) = :5", true],
    ["size(n) > :5", false],
    ["n = :9 OR n = :10 AND s = :a", false],
    ["(n = :10 OR n = :9) AND begins_with(s, :h)", true],
    ["NOT n = :9 AND n = :10", true],
    [":9 < n", true],
  ] as const) {
    test(`${text} is ${expected}`, () => assert.equal(ask(text), expected));
  }
});
