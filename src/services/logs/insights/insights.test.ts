import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuery } from "./command.ts";
import { rowOf } from "./record.ts";
import { runQuery } from "./run.ts";
import { QueryError } from "./token.ts";

const START = Date.parse("2026-01-02T03:00:00Z");
const LINES = [
  '{"level":"ERROR","user":{"name":"ann"},"ms":30,"host":"a"}',
  '{"level":"INFO","user":{"name":"bob"},"ms":10,"host":"a"}',
  '{"level":"ERROR","user":{"name":"ann"},"ms":50,"host":"b"}',
  "plain text user=carl id=7 done",
];

async function* each<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

/** The rows of a query over the lines, one a minute, newest first. */
async function run(query: string, group = "g"): Promise<Record<string, string>[]> {
  const rows = LINES.map((message, i) =>
    rowOf(
      { message, timestamp: START + i * 60_000, ingestionTime: START, sequence: i, stream: "s" },
      { account: "1", group },
    ),
  );
  const found = await runQuery(parseQuery(query), each(rows.reverse()));
  return found.map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== "@ptr").map(({ field, value }) => [field, value])),
  );
}

test("fields names what is shown, JSON's inner fields too.", async () => {
  assert.deepEqual(await run("fields @timestamp, user.name | sort @timestamp asc | limit 1"), [
    { "@timestamp": "2026-01-02 03:00:00.000", "user.name": "ann" },
  ]);
});

test("Without fields, time and message are shown, newest first.", async () => {
  const [first] = await run("limit 1");
  assert.deepEqual(first, { "@timestamp": "2026-01-02 03:03:00.000", "@message": LINES[3] });
});

test("filter takes comparisons, like, in and their combinations.", async () => {
  const count = async (condition: string) => (await run(`filter ${condition}`)).length;
  assert.equal(await count('level = "ERROR"'), 2);
  assert.equal(await count('level != "ERROR" and ispresent(level)'), 1);
  assert.equal(await count("ms > 10"), 2);
  assert.equal(await count("ms >= 10 and ms < 50"), 2);
  assert.equal(await count("@message like /user=\\w+/"), 1);
  assert.equal(await count("@message like /(?i)PLAIN/"), 1);
  assert.equal(await count('@message like "plain" or ms = 50'), 2);
  assert.equal(await count('@message not like "plain"'), 3);
  assert.equal(await count("@message =~ /ann/"), 2);
  assert.equal(await count('host in ["a", "c"]'), 2);
  assert.equal(await count('host not in ["a"] and ispresent(host)'), 1);
  assert.equal(await count('not (level = "ERROR")'), 2);
  assert.equal(await count("ms / 10 = 3"), 1);
  assert.equal(await count("ms * 2 + 1 = 21"), 1);
});

test("stats counts and computes by group.", async () => {
  assert.deepEqual(
    await run("filter ispresent(level) | stats count(*) as n, avg(ms), max(ms) by level | sort level asc"),
    [
      { level: "ERROR", n: "2", "avg(ms)": "40", "max(ms)": "50" },
      { level: "INFO", n: "1", "avg(ms)": "10", "max(ms)": "10" },
    ],
  );
  assert.deepEqual(await run("stats sum(ms), min(ms), pct(ms, 50) as p, count_distinct(host) as hosts"), [
    { "sum(ms)": "90", "min(ms)": "10", p: "30", hosts: "2" },
  ]);
  assert.deepEqual(await run("filter ms > 1000 | stats count(*) as n"), [{ n: "0" }]);
});

test("stats groups by time.", async () => {
  assert.deepEqual(await run("stats count(*) as n by bin(2m) | sort n desc, bin(2m) asc"), [
    { "bin(2m)": "2026-01-02 03:00:00.000", n: "2" },
    { "bin(2m)": "2026-01-02 03:02:00.000", n: "2" },
  ]);
});

test("sort orders numbers by value, in both directions.", async () => {
  assert.deepEqual(
    (await run("filter ispresent(ms) | fields ms | sort ms desc")).map(({ ms }) => ms),
    ["50", "30", "10"],
  );
});

test("parse takes text by a pattern with stars or by a regular expression.", async () => {
  const expected = [{ user: "carl", id: "7" }];
  assert.deepEqual(
    await run('parse @message "user=* id=* done" as user, id | filter ispresent(id) | display user, id'),
    expected,
  );
  assert.deepEqual(
    await run("parse @message /user=(?<user>\\S+) id=(?<id>\\d+)/ | filter ispresent(id) | display user, id"),
    expected,
  );
});

test("display alone decides what is shown.", async () => {
  assert.deepEqual(await run("fields ms, level | filter ms = 10 | display level"), [{ level: "INFO" }]);
});

test("dedup keeps the first row of those that agree.", async () => {
  assert.deepEqual(await run("filter ispresent(host) | dedup host | fields host, ms"), [
    { host: "b", ms: "50" },
    { host: "a", ms: "10" },
  ]);
});

test("Functions compute on single rows.", async () => {
  assert.deepEqual(
    await run(
      'filter ms = 30 | fields toupper(host) as h, strlen(level) as n, concat(host, "-", level) as c, coalesce(none, ms) as k | display h, n, c, k',
    ),
    [{ h: "A", n: "5", c: "a-ERROR", k: "30" }],
  );
});

test("Lambda's own lines have fields.", async () => {
  const message =
    "REPORT RequestId: 0b3c1d2e-0000-4000-8000-000000000001\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB";
  const row = rowOf(
    { message, timestamp: 0, ingestionTime: 0, sequence: 0, stream: "s" },
    { account: "1", group: "/aws/lambda/f" },
  );
  assert.equal(row.get("@type"), "REPORT");
  assert.equal(row.get("@duration"), 12.34);
  assert.equal(row.get("@maxMemoryUsed"), 64_000_000);
  assert.equal(row.get("@requestId"), "0b3c1d2e-0000-4000-8000-000000000001");
});

test("What is no query is refused with its place.", async () => {
  const place = (query: string) => {
    try {
      parseQuery(query);
    } catch (error) {
      assert.ok(error instanceof QueryError);
      return [error.message, error.start, error.end];
    }
    return undefined;
  };
  assert.deepEqual(place("fieldz @message"), ["unexpected symbol found fieldz", 0, 6]);
  assert.deepEqual(place("fields @message | limit x"), ["unexpected symbol found x", 24, 25]);
  assert.deepEqual(place("limit 10001"), ["unexpected symbol found 10001", 6, 11]);
  assert.equal(place("limit 10000"), undefined);
  assert.deepEqual(place("filter a ="), ["unexpected end of query", 10, 10]);
});
