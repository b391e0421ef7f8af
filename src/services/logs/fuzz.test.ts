import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseQuery } from "./insights/command.ts";
import { type Row, rowOf } from "./insights/record.ts";
import { runQuery } from "./insights/run.ts";
import { QueryError } from "./insights/token.ts";
import { PatternError } from "./pattern/compiled.ts";
import { compilePattern } from "./pattern/pattern.ts";

const words = (...list: string[]) =>
  fc.array(fc.constantFrom(...list), { maxLength: 12 }).map((found) => found.join(" "));
const pattern = fc.oneof(
  fc.string(),
  words("ERROR", "?a", "-b", '"c d"', "%e+%", "%(%", '"'),
  words(
    "{",
    "$.a",
    "=",
    "!=",
    ">",
    "1",
    '"x*"',
    "&&",
    "||",
    "(",
    ")",
    "NOT EXISTS",
    "IS NULL",
    "%r%",
    "}",
  ).map((text) => `{ ${text} }`),
  words("a", ",", "...", "b=1", "c=*x*", "||", "]").map((text) => `[${text}]`),
);

test("Any text is a filter pattern or refused as one, and matching never fails.", () => {
  fc.assert(
    fc.property(pattern, fc.oneof(fc.string(), fc.json()), (text, message) => {
      try {
        compilePattern(text).match(message);
      } catch (error) {
        assert.ok(error instanceof PatternError, String(error));
      }
    }),
    { numRuns: 5000, seed: 1 },
  );
});

const query = fc.oneof(
  fc.string(),
  words(
    "fields",
    "filter",
    "stats",
    "sort",
    "limit",
    "parse",
    "dedup",
    "display",
    "|",
    "@message",
    "a",
    "a.b",
    "as",
    "by",
    ",",
    "count(*)",
    "avg(a)",
    "bin(5m)",
    "like",
    "/x/",
    '"y"',
    "=",
    ">",
    "and",
    "or",
    "not",
    "in",
    "[1]",
    "(",
    ")",
    "1",
    "+",
    "desc",
    "strlen(a)",
    "*",
  ),
);

test("Any text is a query or refused as one, and running never fails.", async () => {
  const event = { timestamp: 1, ingestionTime: 1, sequence: 1, stream: "s" };
  const row = (message: string): Row =>
    rowOf({ ...event, message }, { account: "1", group: "/aws/lambda/f" });
  const each = async function* <T>(items: readonly T[]) {
    yield* items;
  };
  await fc.assert(
    fc.asyncProperty(query, fc.array(fc.oneof(fc.string(), fc.json())), async (text, messages) => {
      try {
        await runQuery(parseQuery(text), each(messages.map(row)));
      } catch (error) {
        assert.ok(error instanceof QueryError, `${text}: ${error}`);
      }
    }),
    { numRuns: 5000, seed: 1 },
  );
});
