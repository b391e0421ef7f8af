import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  CreateTableCommand,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
} from "@aws-sdk/client-dynamodb";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const run = (
  Statement: string,
  Parameters?: AttributeValue[],
  more: { Limit?: number; NextToken?: string } = {},
) => it.client.send(new ExecuteStatementCommand({ Statement, Parameters, ...more }));
const numbers = (items: Record<string, AttributeValue>[] | undefined) => items!.map(({ s }) => Number(s!.N));

before(async () => {
  await it.client.send(new CreateTableCommand(tableInput("music")));
  for (let s = 0; s < 6; s++)
    await run(
      `INSERT INTO music VALUE {'p': 'a', 's': ${s}, 'tags': <<'x', 'y${s}'>>, 'm': {'deep': [${s}, null]}}`,
    );
});

describe("SELECT", () => {
  test("reads a partition by its key, a stretch of it, or everything by a filter", async () => {
    assert.deepEqual(
      numbers((await run(`SELECT * FROM "music" WHERE p = 'a' AND s BETWEEN 1 AND 3`)).Items),
      [1, 2, 3],
    );
    assert.deepEqual(numbers((await run(`SELECT * FROM music WHERE s IN [2, 4] OR s = 5`)).Items), [2, 4, 5]);
    const back = await run(`SELECT s FROM music WHERE p = ? ORDER BY s DESC`, [{ S: "a" }]);
    assert.deepEqual(numbers(back.Items), [5, 4, 3, 2, 1, 0]);
    const deep = await run(`SELECT m.deep[0] FROM music WHERE p = 'a' AND s = 3 AND contains(tags, 'y3')`);
    assert.deepEqual(deep.Items, [{ "deep[0]": { N: "3" } }]);
  });

  test("goes on where its token says", async () => {
    const first = await run(`SELECT * FROM music WHERE p = 'a'`, undefined, { Limit: 4 });
    assert.deepEqual(numbers(first.Items), [0, 1, 2, 3]);
    const second = await run(`SELECT * FROM music WHERE p = 'a'`, undefined, { NextToken: first.NextToken });
    assert.deepEqual(numbers(second.Items), [4, 5]);
    assert.equal(second.NextToken, undefined);
  });
});

describe("writes", () => {
  test("INSERT refuses what is there", async () => {
    await assert.rejects(run(`INSERT INTO music VALUE {'p': 'a', 's': 1}`), {
      name: "DuplicateItemException",
      message: "Duplicate primary key exists in table",
    });
    await run(`INSERT INTO music VALUE {'p': 'a', 's': 1} ON CONFLICT DO NOTHING`);
  });

  test("UPDATE changes one item that is there, and returns what is asked for", async () => {
    const { Items } = await run(
      `UPDATE music SET n = 1 SET m.deep[0] = m.deep[0] + ? SET tags = set_add(tags, <<'z'>>) REMOVE gone WHERE p = 'a' AND s = 2 RETURNING MODIFIED NEW *`,
      [{ N: "10" }],
    );
    assert.deepEqual(Items, [
      { n: { N: "1" }, m: { M: { deep: { L: [{ N: "12" }] } } }, tags: { SS: ["x", "y2", "z"] } },
    ]);
    await assert.rejects(run(`UPDATE music SET n = 1 WHERE p = 'nobody' AND s = 1`), {
      name: "ConditionalCheckFailedException",
    });
    await assert.rejects(run(`UPDATE music SET n = 1 WHERE p = 'a'`), {
      message: "Where clause does not contain a mandatory equality on all key attributes",
    });
  });

  test("DELETE takes one item and may ask more of it", async () => {
    await assert.rejects(run(`DELETE FROM music WHERE p = 'a' AND s = 5 AND n = 7`), {
      name: "ConditionalCheckFailedException",
    });
    const { Items } = await run(
      `DELETE FROM music WHERE p = 'a' AND s = 5 AND n IS MISSING RETURNING ALL OLD *`,
    );
    assert.equal(Items![0]!["s"]!.N, "5");
  });

  test("what cannot be read is refused with its place", async () => {
    await assert.rejects(run(`SELECT * FORM music`), {
      name: "ValidationException",
      message: "Statement wasn't well formed, can't be processed: unexpected term at 1:10:4",
    });
    await assert.rejects(run(`SELECT * FROM music WHERE p = ?`), {
      message: "Number of parameters in request and statement don't match.",
    });
  });
});

test("a batch answers each statement for itself", async () => {
  const { Responses } = await it.client.send(
    new BatchExecuteStatementCommand({
      Statements: [
        { Statement: `SELECT s FROM music WHERE p = 'a' AND s = 0` },
        { Statement: `SELECT s FROM music WHERE p = 'a'` },
        { Statement: `SELECT s FROM nothing WHERE p = 'a'` },
      ],
    }),
  );
  assert.deepEqual(Responses![0], { TableName: "music", Item: { s: { N: "0" } } });
  assert.equal(Responses![1]!.Error!.Code, "ValidationError");
  assert.equal(Responses![2]!.Error!.Code, "ResourceNotFound");
});

test("a transaction carries out all statements or none", async () => {
  const transact = (...statements: string[]) =>
    it.client.send(
      new ExecuteTransactionCommand({ TransactStatements: statements.map((Statement) => ({ Statement })) }),
    );
  await transact(
    `INSERT INTO music VALUE {'p': 't', 's': 1}`,
    `EXISTS (SELECT * FROM music WHERE p = 'a' AND s = 0 AND m.deep[0] = 0)`,
  );
  await assert.rejects(
    transact(`INSERT INTO music VALUE {'p': 't', 's': 1}`, `DELETE FROM music WHERE p = 'a' AND s = 0`),
    {
      name: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [DuplicateItem, None]",
    },
  );
  const { Responses } = await transact(
    `SELECT s FROM music WHERE p = 'a' AND s = 0`,
    `SELECT * FROM music WHERE p = 'x' AND s = 0`,
  );
  assert.deepEqual(Responses, [{ Item: { s: { N: "0" } } }, {}]);
});
