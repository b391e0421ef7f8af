import assert from "node:assert/strict";
import { test } from "node:test";
import { LimitExceeded, limited } from "./limited.ts";
import { isQuick, linearRegex, RegexError } from "./regex.ts";
import { matchesWhole } from "./whole-match.ts";

/** A task as a module of its own. */
const task = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

test("a task runs in another process, and its error comes back", async () => {
  const double = task("export const run = (n) => n * 2");
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map((n) => limited(double, n))), [2, 4, 6, 8, 10]);
  const failing = task("export const run = () => { throw new TypeError('no') }");
  await assert.rejects(limited(failing, 0), { name: "TypeError", message: "no" });
  await assert.rejects(
    limited(double, () => {}),
    /could not be cloned/,
  );
});

test("a task that does not end is ended, and those behind it have their turn", async () => {
  const endless = task("export const run = () => { for (;;); }");
  const greedy = task("export const run = () => { let all = [1]; for (;;) all = [...all, ...all]; }");
  const quick = task("export const run = (n) => n");
  const ended = [endless, endless, endless].map((one) =>
    assert.rejects(limited(one, 0, 50), new LimitExceeded("it took more than 50 ms")),
  );
  assert.equal(await limited(quick, 7), 7);
  await Promise.all(ended);
  await assert.rejects(limited(greedy, 0, 60_000), new LimitExceeded("it took more than 256 MB of memory"));
});

test("a user's regular expression matches whole texts, and does not take for ever", async () => {
  assert.equal(await matchesWhole("4\\d\\d", "404"), true);
  assert.equal(await matchesWhole("4\\d\\d", "4040"), false);
  assert.equal(await matchesWhole("(?!2..).*", "404"), true);
  assert.equal(await matchesWhole("(?!2..).*", "200"), false);
  await assert.rejects(matchesWhole("(a+)+", `${"a".repeat(60)}!`), LimitExceeded);
  await assert.rejects(matchesWhole("(", "a"), { name: "SyntaxError" });
});

test("what is quick is known beforehand", () => {
  for (const pattern of ["4\\d\\d", "[a*+]b", "\\(\\*", "a|b"]) assert.ok(isQuick(pattern, 200), pattern);
  for (const pattern of ["(a+)+", "(a|a)*", "(?=a)a", "(a)\\1", "(a*)*", "[^]](a+)+", "[\\]](a+)+"])
    assert.ok(!isQuick(pattern, 200), pattern);
  assert.ok(isQuick(".*", 500));
  assert.ok(!isQuick(".*x", 100_000));
  assert.ok(!isQuick("a*a*a*a*", 200));
});

test("a linear regular expression finds, matches and has groups", () => {
  const expression = linearRegex("(?<user>\\w+)=(\\d)?", "i");
  assert.deepEqual(expression.exec("  Ann=!"), ["Ann=", "Ann", undefined]);
  assert.deepEqual([...expression.names], [["user", 1]]);
  assert.equal(expression.test("x"), false);
  assert.equal(expression.matches("a=1"), true);
  assert.equal(expression.matches("a=1 "), false);
  assert.equal(linearRegex("(a+)+$").test(`${"a".repeat(100_000)}!`), false);
  assert.throws(() => linearRegex("(a)\\1"), RegexError);
  assert.throws(() => linearRegex("("), RegexError);
});
