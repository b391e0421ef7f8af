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

/** The rows of a query over the lines, one a minute, newest first. */
function run(query: string, group = "g"): Record<string, string>[] {
  const rows = LINES.map((message, i) =>
    rowOf(
      { message, timestamp: START + i * 60_000, ingestionTime: START, sequence: i, stream: "s" },
      { account: "1", group },
    ),
  );
  return runQuery(parseQuery(query), rows.reverse()).map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== "@ptr").map(({ field, value }) => [field, value])),
  );
}

test("fields names what is shown, JSON's inner fields too.", () => {
  assert.deepEqual(run("fields @timestamp, user.name | sort @timestamp asc | limit 1"), [
    { "@timestamp": "2026-01-02 03:00:00.000", "user.name": "ann" },
  ]);
});

test("Without fields, time and message are shown, newest first.", () => {
  const [first] = run("limit 1");
  assert.deepEqual(first, { "@timestamp": "2026-01-02 03:03:00.000", "@message": LINES[3] });
});

test("filter takes comparisons, like, in and their combinations.", () => {
  const count = (condition: string) => run(`filter ${condition}`).length;
  assert.equal(count('level = "ERROR"'), 2);
  assert.equal(count('level != "ERROR" and ispresent(level)'), 1);
  assert.equal(count("ms > 10"), 2);
  assert.equal(count("ms >= 10 and ms < 50"), 2);
  assert.equal(count("@message like /user=\\w+/"), 1);
  assert.equal(count("@message like /(?i)PLAIN/"), 1);
  assert.equal(count('@message like "plain" or ms = 50'), 2);
  assert.equal(count('@message not like "plain"'), 3);
  assert.equal(count("@message =~ /ann/"), 2);
  assert.equal(count('host in ["a", "c"]'), 2);
  assert.equal(count('host not in ["a"] and ispresent(host)'), 1);
  assert.equal(count('not (level = "ERROR")'), 2);
  assert.equal(count("ms / 10 = 3"), 1);
  assert.equal(count("ms * 2 + 1 = 21"), 1);
});

test("stats counts and computes by group.", () => {
  assert.deepEqual(
    run("filter ispresent(level) | stats count(*) as n, avg(ms), max(ms) by level | sort level asc"),
    [
      { level: "ERROR", n: "2", "avg(ms)": "40", "max(ms)": "50" },
      { level: "INFO", n: "1", "avg(ms)": "10", "max(ms)": "10" },
    ],
  );
  assert.deepEqual(run("stats sum(ms), min(ms), pct(ms, 50) as p, count_distinct(host) as hosts"), [
    { "sum(ms)": "90", "min(ms)": "10", p: "30", hosts: "2" },
  ]);
  assert.deepEqual(run("filter ms > 1000 | stats count(*) as n"), [{ n: "0" }]);
});

test("stats groups by time.", () => {
  assert.deepEqual(run("stats count(*) as n by bin(2m) | sort n desc, bin(2m) asc"), [
    { "bin(2m)": "2026-01-02 03:00:00.000", n: "2" },
    { "bin(2m)": "2026-01-02 03:02:00.000", n: "2" },
  ]);
});

test("sort orders numbers by value, in both directions.", () => {
  assert.deepEqual(
    run("filter ispresent(ms) | fields ms | sort ms desc").map(({ ms }) => ms),
    ["50", "30", "10"],
  );
});

test("parse takes text by a pattern with stars or by a regular expression.", () => {
  const expected = [{ user: "carl", id: "7" }];
  assert.deepEqual(
    run('parse @message "user=* id=* done" as user, id | filter ispresent(id) | display user, id'),
    expected,
  );
  assert.deepEqual(
    run("parse @message /user=(?<user>\\S+) id=(?<id>\\d+)/ | filter ispresent(id) | display user, id"),
    expected,
  );
});

test("display alone decides what is shown.", () => {
  assert.deepEqual(run("fields ms, level | filter ms = 10 | display level"), [{ level: "INFO" }]);
});

test("dedup keeps the first row of those that agree.", () => {
  assert.deepEqual(run("filter ispresent(host) | dedup host | fields host, ms"), [
    { host: "b", ms: "50" },
    { host: "a", ms: "10" },
  ]);
});

test("Functions compute on single rows.", () => {
  assert.deepEqual(
    run(
      'filter ms = 30 | fields toupper(host) as h, strlen(level) as n, concat(host, "-", level) as c, coalesce(none, ms) as k | display h, n, c, k',
    ),
    [{ h: "A", n: "5", c: "a-ERROR", k: "30" }],
  );
});

test("Lambda's own lines have fields.", () => {
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

test("What is no query is refused with its place.", () => {
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
