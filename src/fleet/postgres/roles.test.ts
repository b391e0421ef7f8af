import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import pg from "pg";
import { needs } from "../../../test/needs.ts";
import { TestPostgres } from "../../../test/postgres.ts";
import { snapshotOf } from "../behaviour.fixture.test.ts";
import { PostgresStore } from "./store.ts";

/** The statements that the guide gives for a gateway's role. */
function grants(): string {
  const guide = readFileSync(new URL("../../../docs/guide/fleet.md", import.meta.url), "utf8");
  const [, found] = /```sql\n([\s\S]*?)```/.exec(guide) ?? [];
  assert.ok(found, "docs/guide/fleet.md has no SQL");
  return found;
}

describe("roles in PostgreSQL", needs("postgres"), () => {
  let server: TestPostgres;
  before(async () => {
    server = await TestPostgres.start();
    await server.ask("CREATE ROLE gateway LOGIN PASSWORD 'secret'");
  });
  after(() => server[Symbol.asyncDispose]());

  const as = async (user: string, statements: string) => {
    const client = new pg.Client({ connectionString: server.url("none", { user }).replace(/&fleet=.*/, "") });
    await client.connect();
    try {
      return await client.query(statements);
    } finally {
      await client.end();
    }
  };

  test("a gateway does all that it does with the rights that the guide names, and may neither change the schema nor the journal", async () => {
    await assert.rejects(PostgresStore.open(server.url("one", { user: "gateway" })), /squall fleet migrate/);
    await (await PostgresStore.open(server.url("one"))).close();
    await as("squall", grants());
    const store = await PostgresStore.open(server.url("one", { user: "gateway" }));
    try {
      const entry = { atMs: 1, who: "ada", gateway: "front", what: "made it" };
      for (let version = 1; version <= 22; version++)
        assert.equal(await store.publish(snapshotOf(version), [entry]), true);
      assert.equal((await store.snapshot(0))?.version, 22);
      (await store.watch(() => {}))();
      const report = {
        gateway: "a",
        name: "a",
        squall: "0",
        startedAtMs: 1,
        version: 1,
        calls: 0,
        counts: {},
      };
      for (const _again of [1, 2]) {
        await store.report(report);
        const [answer] = await store.lease([
          { of: "rule-1@1", gateway: "a", total: 4, wants: 2, comesBack: true },
        ]);
        assert.equal(answer?.got, 2);
        await store.keepExperiment({
          arn: "arn:1",
          gateway: "a",
          status: "running",
          startedAtMs: 1,
          rules: [],
        });
      }
      await store.tidy([], 0);
      assert.deepEqual([(await store.experiments(5)).length, (await store.journal(100)).length], [1, 22]);
    } finally {
      await store.close();
    }
    for (const statement of [
      "DELETE FROM squall.journal",
      "UPDATE squall.journal SET who = 'eve'",
      "CREATE TABLE squall.mine (x int)",
      "DROP TABLE squall.snapshots",
    ])
      await assert.rejects(as("gateway", statement), { code: "42501" }, statement);
    assert.equal((await as("squall", "SELECT count(*)::int AS n FROM squall.snapshots")).rows[0].n, 20);
  });
});
