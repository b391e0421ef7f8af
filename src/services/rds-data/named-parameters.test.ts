import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "./named-parameters.ts";

/** A statement, and the names of the parameters in it. */
const BOTH: readonly (readonly [sql: string, ...names: string[]])[] = [
  ["select 1"],
  ["select :a, :b_2, :a", "a", "b_2", "a"],
  ["select ':a', 'it''s :b', :c", "c"],
  ["select 1 -- :a\n, :b", "b"],
  ["select /* :a */ :b", "b"],
  ["select :a::text, '1'::int", "a"],
  ["insert into t values (:a,:b)", "a", "b"],
  ["select 1:a", "a"],
];

const CASES: Readonly<Record<"postgres" | "mysql", typeof BOTH>> = {
  postgres: [
    ...BOTH,
    ['select ":a" from t where ":b""c" = :d', "d"],
    ["select E'\\':a' || :b", "b"],
    ["select date'\\', :b", "b"],
    // As on AWS: neither a text between dollars nor the slice of an array is passed over.
    ["select $$ :a $$", "a"],
    ["select x[1:2]", "2"],
  ],
  mysql: [
    ...BOTH,
    ["select `:a`, `b``:c`, :d", "d"],
    ["select 'it\\'s :a', \":b\", :c", "c"],
    ["select 1 # :a\n, :b", "b"],
    ["set @x := :a", "a"],
  ],
};

for (const engine of ["postgres", "mysql"] as const)
  for (const [sql, ...names] of CASES[engine])
    test(`the parameters of ${engine}'s ${JSON.stringify(sql)} are ${names.join(", ") || "none"}`, () => {
      const parsed = parse(sql, engine);
      assert.deepEqual(parsed.names, names);
      const again = parsed.pieces.map((piece, at) => (at < names.length ? `${piece}:${names[at]}` : piece));
      assert.equal(again.join(""), sql);
    });

test("a statement without an end to its comments or texts is read once", () => {
  for (const engine of ["postgres", "mysql"] as const)
    for (const piece of ["/*", "'", '"', "`", "E'", "--", ":", "\\"]) {
      const sql = piece.repeat(65_536 / piece.length);
      const fromMs = performance.now();
      parse(sql, engine);
      assert.ok(performance.now() - fromMs < 1000, `${engine}: ${piece}`);
    }
});
