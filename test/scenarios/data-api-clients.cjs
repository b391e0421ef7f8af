// The RDS Data API as JavaScript applications use it: node data-api-clients.cjs CLUSTER SECRET. Prints nothing when all is as it is to be.
const assert = require("node:assert/strict");
const {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  DatabaseErrorException,
  ExecuteStatementCommand,
  RDSDataClient,
  TransactionNotFoundException,
} = require("@aws-sdk/client-rds-data");

const [resourceArn, secretArn] = process.argv.slice(2);
const client = new RDSDataClient({});
const base = { resourceArn, secretArn };
const run = (sql, more = {}) =>
  client.send(new ExecuteStatementCommand({ ...base, database: "shop", sql, ...more }));

async function main() {
  await run("create table js (id int, name varchar(20), ratio double precision)");
  const { transactionId } = await client.send(new BeginTransactionCommand({ ...base, database: "shop" }));
  const { updateResults } = await client.send(
    new BatchExecuteStatementCommand({
      ...base,
      transactionId,
      sql: "insert into js values (:id, :name, :ratio)",
      parameterSets: [1, 2].map((id) => [
        { name: "id", value: { longValue: id } },
        { name: "name", value: { stringValue: `it's ${id}` } },
        { name: "ratio", value: { doubleValue: id / 2 } },
      ]),
    }),
  );
  assert.equal(updateResults.length, 2);
  const { transactionStatus } = await client.send(new CommitTransactionCommand({ ...base, transactionId }));
  assert.equal(transactionStatus, "Transaction Committed");
  const { records, columnMetadata } = await run("select * from js order by id", {
    includeResultMetadata: true,
  });
  assert.deepEqual(records, [
    [{ longValue: 1 }, { stringValue: "it's 1" }, { doubleValue: 0.5 }],
    [{ longValue: 2 }, { stringValue: "it's 2" }, { doubleValue: 1 }],
  ]);
  assert.deepEqual(
    columnMetadata.map(({ label }) => label),
    ["id", "name", "ratio"],
  );
  await assert.rejects(run("selec"), (error) => error instanceof DatabaseErrorException);
  await assert.rejects(
    run("select 1", { transactionId }),
    (error) => error instanceof TransactionNotFoundException && error.$metadata.httpStatusCode === 404,
  );
}

main();
