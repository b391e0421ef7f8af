import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { atOnce, inTime, type Unhurried } from "../../core/unhurried.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Item } from "./attribute-value.ts";
import { wantedByStatement } from "./authorization.ts";
import { Consumption, readUnits } from "./capacity.ts";
import type { Database } from "./database.ts";
import { invalid } from "./errors.ts";
import { textSize } from "./item-text.ts";
import { wholeKey } from "./partiql/key.ts";
import { parseStatement } from "./partiql/parser.ts";
import { type Selected, select } from "./partiql/select.ts";
import { isRead, type Select, type Statement } from "./partiql/statement.ts";
import { actionOf, type Write, write } from "./partiql/write.ts";
import type { Table } from "./table.ts";
import { keysOf } from "./transact-write.ts";
import { commitAll, inTransaction, lockKey } from "./transaction.ts";
import { RequestHash, TransactionToken } from "./transaction-tokens.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html and its neighbours */
export const partiql = (database: Database): Handlers<DynamoDB.Operations> => ({
  ExecuteStatement(input, ctx) {
    const statement = parseStatement(input.Statement, input.Parameters);
    if (statement.kind === "select") {
      const options = {
        consistent: input.ConsistentRead ?? false,
        limit: input.Limit,
        nextToken: input.NextToken,
        query: [input.Statement, input.Parameters],
      };
      return inTime(answerOf(select(database, statement, options, ctx), input.ReturnConsumedCapacity));
    }
    if (statement.kind === "exists") throw invalid("EXISTS can only be used in ExecuteTransaction");
    const { items, consumption } = write(database, statement, input.ReturnValuesOnConditionCheckFailure, ctx);
    return { Items: items, ConsumedCapacity: consumption.report(input.ReturnConsumedCapacity) };
  },

  BatchExecuteStatement(input, ctx) {
    const parsed = input.Statements.map((request) => ({ request, statement: parseOrError(request) }));
    const kinds = new Set(
      parsed.flatMap(({ statement }) => (statement instanceof AwsError ? [] : isRead(statement))),
    );
    if (kinds.size > 1)
      throw invalid("Batch Statements must be either all read or all write operations: they cannot be mixed");
    const consumed = new Map<Table, Consumption>();
    const Responses = parsed.map(({ statement, request }): DynamoDB.BatchStatementResponse => {
      if (statement instanceof AwsError) return { Error: batchError(statement) };
      const refused = ctx.refusalOf(() => wantedByStatement(request.Statement, ctx));
      if (refused) return { TableName: statement.table, Error: batchError(refused) };
      const { region, name } = database.locate(statement.table, ctx);
      const tableName = region.find(name)?.name ?? name;
      try {
        const done =
          statement.kind === "select"
            ? getOne(database, statement, request.ConsistentRead ?? false, ctx)
            : write(database, statement, request.ReturnValuesOnConditionCheckFailure, ctx);
        const known = consumed.get(done.table);
        if (known) known.merge(done.consumption);
        else consumed.set(done.table, done.consumption);
        const [Item] = done.items;
        return { TableName: tableName, ...(Item && { Item }) };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { TableName: tableName, Error: batchError(error) };
      }
    });
    const reports = [...consumed.values()].flatMap(
      (units) => units.report(input.ReturnConsumedCapacity) ?? [],
    );
    return { Responses, ...(reports.length > 0 && { ConsumedCapacity: reports }) };
  },

  async ExecuteTransaction(input, ctx) {
    const statements = input.TransactStatements.map(({ Statement, Parameters }, at) => {
      const statement = parseStatement(Statement, Parameters);
      refuseInTransaction(statement, at);
      return statement;
    });
    const reads = statements.filter(isRead);
    if (reads.length > 0 && reads.length < statements.length)
      throw invalid(
        "Transaction Statements must be either all read or all write operations: they cannot be mixed",
      );
    return reads.length > 0
      ? readAll(database, statements as Select[], input, ctx)
      : writeAll(database, statements as Write[], input, ctx);
  },
});

function refuseInTransaction(statement: Statement, at: number): void {
  const inStatement = `Validation failed in TransactStatements[${at}]:`;
  if (statement.kind === "select" && statement.index !== undefined)
    throw invalid(`${inStatement} Reads on indices are not supported within transactions.`);
  if ("returning" in statement && statement.returning !== undefined)
    throw invalid(`${inStatement} RETURNING clause is not supported in ExecuteTransaction.`);
}

function parseOrError({ Statement, Parameters }: DynamoDB.BatchStatementRequest): Statement | AwsError {
  try {
    return parseStatement(Statement, Parameters);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

/** What ExecuteStatement answers a SELECT with. */
function* answerOf(
  work: Unhurried<Selected>,
  wanted: string | undefined,
): Unhurried<DynamoDB.ExecuteStatementOutput> {
  const { items, lastKey, nextToken, consumption } = yield* work;
  return {
    Items: items,
    ...(nextToken !== undefined && { NextToken: nextToken, LastEvaluatedKey: lastKey }),
    ConsumedCapacity: consumption.report(wanted),
  };
}

/** A SELECT of a batch or a transaction means one item, by its whole key. */
function getOne(database: Database, statement: Select, consistent: boolean, ctx: Context) {
  const { table } = database.activeTable(statement.table, ctx);
  if (!statement.where || statement.index !== undefined)
    throw invalid(
      "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
    );
  wholeKey(table, statement.where);
  const { items, consumption } = atOnce(select(database, statement, { consistent }, ctx));
  return { items, consumption, table };
}

const BATCH_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  ValidationException: "ValidationError",
  ResourceNotFoundException: "ResourceNotFound",
  DuplicateItemException: "DuplicateItem",
  ProvisionedThroughputExceededException: "ProvisionedThroughputExceeded",
  TransactionConflictException: "TransactionConflict",
  ItemCollectionSizeLimitExceededException: "ItemCollectionSizeLimitExceeded",
};

function batchError(error: AwsError): DynamoDB.BatchStatementError {
  const item = error.members["Item"] as Item | undefined;
  return {
    Code: BATCH_CODES[error.code] ?? "InternalServerError",
    Message: error.message,
    ...(item && { Item: item }),
  };
}

function readAll(
  database: Database,
  statements: readonly Select[],
  input: DynamoDB.ExecuteTransactionInput,
  ctx: Context,
): Promise<DynamoDB.ExecuteTransactionOutput> {
  const reads = statements.map((statement) => {
    const { region, table } = database.activeTable(statement.table, ctx);
    if (!statement.where)
      throw invalid("Where clause does not contain a mandatory equality on all key attributes");
    return { statement, region, table, key: wholeKey(table, statement.where).key };
  });
  const keys = reads.map((read) => lockKey(read, read.key));
  return inTransaction(ctx, reads, keys, "reads", () => {
    const consumed = new Map<Table, Consumption>();
    const Responses = reads.map(({ statement, region, table, key }) => {
      const text = region.items.get(table.itemKey(key));
      const units = consumed.get(table) ?? new Consumption(table, "read");
      consumed.set(table, units);
      units.add(readUnits(text === undefined ? 0 : textSize(text), true) * 2);
      if (text === undefined) return {};
      const { items } = atOnce(select(database, statement, { consistent: true }, ctx));
      return items[0] ? { Item: items[0] } : {};
    });
    return { Responses, ...reportOf(consumed, input.ReturnConsumedCapacity) };
  });
}

/** Of writes there is nothing to tell: the list is empty (LocalStack's recording test_dynamodb_execute_transaction). */
async function writeAll(
  database: Database,
  statements: readonly Write[],
  input: DynamoDB.ExecuteTransactionInput,
  ctx: Context,
): Promise<DynamoDB.ExecuteTransactionOutput> {
  const actions = statements.map((statement: Statement, at) => {
    const located = database.activeTable(statement.table, ctx);
    const returns = input.TransactStatements[at]?.ReturnValuesOnConditionCheckFailure;
    return { ...located, action: actionOf(located.table, statement as Write, returns) };
  });
  const keys = keysOf(actions);
  const token = new TransactionToken(
    database.region(ctx),
    input.ClientRequestToken,
    new RequestHash().add(input.TransactStatements).end(),
  );
  try {
    if (token.isRepeated) return { Responses: [] };
    return await inTransaction(ctx, actions, keys, "writes", (transaction) => {
      const consumed = ctx.store.transaction(() => {
        const units = commitAll(actions, transaction, ctx);
        token.keep();
        return units;
      });
      return { Responses: [], ...reportOf(consumed, input.ReturnConsumedCapacity) };
    });
  } finally {
    token.release();
  }
}

function reportOf(consumed: ReadonlyMap<Table, Consumption>, wanted: string | undefined) {
  const reports = [...consumed.values()].flatMap((units) => units.report(wanted, true) ?? []);
  return reports.length > 0 ? { ConsumedCapacity: reports } : {};
}
