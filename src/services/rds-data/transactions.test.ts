import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { dataCloud, ENGINES } from "./fixture.test.ts";

const EXPIRED = "Transaction may be expired.";
const ENDED = "One previous call resulted in a termination of your transaction.";
const ABORTED = "Transaction has been aborted due to an error from a previous call.";

const notFound = (id: string, cause: string) => ({
  code: "TransactionNotFoundException",
  status: 404,
  message: `Transaction ${id} is not found. ${cause}`,
});

for (const tool of ["postgres", "mariadb"] as const)
  describe(`transactions with ${ENGINES[tool]}`, needs(tool), () => {
    let lab: Awaited<ReturnType<typeof dataCloud>>;
    before(async () => {
      lab = await dataCloud({ engine: ENGINES[tool] });
      await lab.execute("create table orders (id int)");
    });
    after(() => lab.cloud.stop());

    const count = async (more: object = {}) =>
      (await lab.row("select count(*) from orders", more))?.[0]?.longValue;
    const insert = (more: object = {}) => lab.execute("insert into orders values (1)", more);

    test("what is committed is there for all, what is rolled back for nobody", async () => {
      const had = Number(await count());
      const transactionId = await lab.begin();
      await insert({ transactionId });
      await insert({ transactionId });
      assert.equal(await count({ transactionId }), had + 2);
      assert.equal(await count(), had);
      assert.deepEqual(await lab.ask("CommitTransaction", { transactionId }), {
        transactionStatus: "Transaction Committed",
      });
      assert.equal(await count(), had + 2);
      const other = await lab.begin();
      await lab.ask("BatchExecuteStatement", {
        sql: "insert into orders values (:id)",
        parameterSets: [[{ name: "id", value: { longValue: 5 } }]],
        transactionId: other,
      });
      assert.equal(await count({ transactionId: other }), had + 3);
      assert.deepEqual(await lab.ask("RollbackTransaction", { transactionId: other }), {
        transactionStatus: "Rollback Complete",
      });
      assert.equal(await count(), had + 2);
      for (const id of [transactionId, other]) {
        await assert.rejects(insert({ transactionId: id }), notFound(id, ENDED));
        await assert.rejects(lab.ask("CommitTransaction", { transactionId: id }), notFound(id, ENDED));
      }
    });

    test("an error of a statement leaves its transaction", async () => {
      const transactionId = await lab.begin();
      await assert.rejects(lab.execute("select * from nothing", { transactionId }), {
        code: "DatabaseErrorException",
      });
      await lab.ask("RollbackTransaction", { transactionId });
    });

    test("three minutes without a call end a transaction, and each call begins them anew", async () => {
      const had = await count();
      const transactionId = await lab.begin();
      for (let n = 0; n < 3; n++) {
        await insert({ transactionId });
        await lab.cloud.clock.advance("PT2M50S");
      }
      await insert({ transactionId });
      await lab.cloud.clock.advance("PT3M");
      await assert.rejects(insert({ transactionId }), notFound(transactionId, EXPIRED));
      assert.equal(await count(), had);
    });

    test("a transaction ends after a day, however many calls it has", async () => {
      const transactionId = await lab.begin();
      const step = 2.9 * 60_000;
      for (let ms = step; ms < 24 * 3_600_000; ms += step) {
        await lab.execute("select 1", { transactionId });
        await lab.cloud.clock.advance(step);
      }
      await lab.execute("select 1", { transactionId });
      await lab.cloud.clock.advance(step);
      await assert.rejects(lab.execute("select 1", { transactionId }), notFound(transactionId, EXPIRED));
    });

    test("a transaction is its cluster's, its account's and its database's", async () => {
      const transactionId = await lab.begin();
      await assert.rejects(
        lab.ask("ExecuteStatement", { sql: "select 1", transactionId, database: "other" }),
        { code: "ValidationException" },
      );
      assert.deepEqual((await lab.ask("ExecuteStatement", { sql: "select 1", transactionId })).records, [
        [{ longValue: 1 }],
      ]);
      await assert.rejects(lab.execute("select 1", { transactionId: "abc=" }), notFound("abc=", EXPIRED));
      await lab.ask("RollbackTransaction", { transactionId });
    });

    test("a transaction goes on with the secret that it began with", async () => {
      const transactionId = await lab.begin();
      const secretArn = await lab.secret(`same-${tool}`, { username: "app", password: "correct-horse" });
      const refused = {
        code: "ValidationException",
        status: 400,
        message: "Secret ARN is not the same as transaction's.",
      };
      for (const [operation, input] of [
        ["ExecuteStatement", { sql: "select 1" }],
        ["BatchExecuteStatement", { sql: "select 1", parameterSets: [[]] }],
        ["CommitTransaction", {}],
        ["RollbackTransaction", {}],
      ] as const)
        await assert.rejects(lab.ask(operation, { ...input, transactionId, secretArn }), refused);
      // Its ARN may lack the characters that Secrets Manager appends.
      const secretByName = lab.secretArn.replace(/-\w{6}$/, "");
      await lab.ask("ExecuteStatement", { sql: "select 1", transactionId, secretArn: secretByName });
      await lab.ask("CommitTransaction", { transactionId });
    });

    test("a transaction has one statement at a time", async () => {
      const transactionId = await lab.begin();
      const sleep = tool === "postgres" ? "select pg_sleep(20)" : "select sleep(20)";
      const sleeping = lab.execute(sleep, { transactionId });
      await until(() =>
        lab.execute("select 1", { transactionId }).then(
          () => false,
          ({ code, message }) =>
            code === "DatabaseErrorException" && message === "Transaction is still running a query",
        ),
      );
      await assert.rejects(lab.ask("CommitTransaction", { transactionId }), {
        message: "Transaction is still running a query",
      });
      // It has taken too long, and its transaction goes with it.
      await Promise.all([
        assert.rejects(sleeping, { code: "StatementTimeoutException" }),
        lab.cloud.clock.advance("PT45S"),
      ]);
      await assert.rejects(lab.execute("select 1", { transactionId }), notFound(transactionId, ABORTED));
    });

    test("what a statement of its own does is not cut off at 45 seconds where that is wanted", async () => {
      const had = Number(await count());
      const from = (seconds: number) =>
        tool === "postgres"
          ? `insert into orders select 1 from pg_sleep(${seconds})`
          : `insert into orders select sleep(${seconds})`;
      const late = async (sql: string, more: object) => {
        const running = lab.execute(sql, more);
        await until(async () => {
          const active = await lab.row(
            tool === "postgres"
              ? "select count(*) from pg_stat_activity where state = 'active' and query like 'insert into orders select%'"
              : "select count(*) from information_schema.processlist where info like 'insert into orders select%'",
          );
          return active?.[0]?.longValue === 1;
        });
        const refused = running.then(
          () => assert.fail("It has not timed out."),
          (error) => error,
        );
        await lab.cloud.clock.advance("PT45S");
        const { code, status, message, body } = await refused;
        assert.deepEqual([code, status, message], ["StatementTimeoutException", 400, "Request timed out"]);
        assert.equal(typeof body["dbConnectionId"], "number");
      };
      await late(from(3), { continueAfterTimeout: true });
      await until(async () => (await count()) === had + 1);
      await late(from(30), {});
      await until(async () => {
        const active = await lab.row(
          tool === "postgres"
            ? "select count(*) from pg_stat_activity where state = 'active' and query like 'insert into orders select%'"
            : "select count(*) from information_schema.processlist where info like 'insert into orders select%'",
        );
        return active?.[0]?.longValue === 0;
      });
      assert.equal(await count(), had + 1);
      await assert.rejects(
        lab.execute("select 1", { transactionId: await lab.begin(), continueAfterTimeout: true }),
        { code: "ValidationException" },
      );
    });

    test("a database that goes down takes its transactions along", async () => {
      const had = await count();
      const transactionId = await lab.begin();
      await insert({ transactionId });
      const running = await lab.begin();
      const sleeping = lab.execute(tool === "postgres" ? "select pg_sleep(60)" : "select sleep(60)", {
        transactionId: running,
      });
      const unavailable = {
        code: "DatabaseUnavailableException",
        status: 504,
        message: "The writer instance in the DB cluster isn't available.",
      };
      const cut = assert.rejects(sleeping, unavailable);
      await lab.kill("one");
      await cut;
      for (const id of [transactionId, running])
        await until(() =>
          lab.execute("select 1", { transactionId: id }).then(
            () => false,
            ({ message }) => message === notFound(id, ABORTED).message,
          ),
        );
      await until(() =>
        count().then(
          (now) => now === had,
          ({ code }) => assert.equal(code, "DatabaseUnavailableException") ?? false,
        ),
      );
    });
  });

test(
  "a transaction of PostgreSQL's in which a statement has failed is not committed",
  needs("postgres"),
  async () => {
    await using lab = await dataCloud();
    const transactionId = await lab.begin();
    await assert.rejects(lab.execute("select 1 / 0", { transactionId }), /division by zero; SQLState: 22012/);
    const aborted = {
      code: "DatabaseErrorException",
      message:
        "ERROR: current transaction is aborted, commands ignored until end of transaction block; SQLState: 25P02",
    };
    await assert.rejects(lab.execute("select 1", { transactionId }), aborted);
    await assert.rejects(lab.ask("CommitTransaction", { transactionId }), aborted);
    await assert.rejects(lab.ask("RollbackTransaction", { transactionId }), notFound(transactionId, ENDED));
  },
);
