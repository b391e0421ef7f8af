import type { Handlers } from "../../core/service.ts";
import type * as RdsData from "../../models/generated/rds-data.ts";
import {
  arrayParameters,
  continuesInTransaction,
  executeSqlIsGone,
  jsonTooLarge,
  noFieldSet,
  sameLabels,
  schemaNotSupported,
  severalFieldsSet,
} from "./errors.ts";
import type { Answer, Result, Session } from "./running/session.ts";
import type { Sessions } from "./running/sessions.ts";
import { targetOf } from "./target.ts";
import { fieldOf, jsonOf } from "./values.ts";

/** https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html and its neighbours */
export const statements = (sessions: Sessions): Handlers<RdsData.Operations> => ({
  async ExecuteStatement(input, ctx) {
    const { sql, parameters = [], transactionId, continueAfterTimeout = false } = input;
    check(input, parameters);
    if (transactionId !== undefined && continueAfterTimeout) throw continuesInTransaction();
    const target = await targetOf(input, ctx);
    const isDescribed = (input.includeResultMetadata ?? false) && input.formatRecordsAs !== "JSON";
    const work = (session: Session) => session.run({ sql, parameters, isDescribed });
    return outputOf(
      transactionId === undefined
        ? await sessions.once(target, work, continueAfterTimeout)
        : await sessions.within(transactionId, target, work),
      input,
    );
  },

  async BatchExecuteStatement(input, ctx) {
    const { sql, parameterSets = [], transactionId } = input;
    check(input, parameterSets.flat());
    const target = await targetOf(input, ctx);
    const runAll = async (session: Session): Promise<Answer[]> => {
      const answers: Answer[] = [];
      for (const parameters of parameterSets)
        answers.push(await session.run({ sql, parameters, isDescribed: false }));
      return answers;
    };
    // By itself it is done as a whole, or not at all.
    const runWhole = async (session: Session): Promise<Answer[]> => {
      await session.begin();
      const answers = await runAll(session);
      await session.commit();
      return answers;
    };
    const answers =
      transactionId === undefined
        ? await sessions.once(target, runWhole)
        : await sessions.within(transactionId, target, runAll);
    return { updateResults: answers.map((answer) => ({ generatedFields: generatedOf(answer, {}) })) };
  },

  ExecuteSql() {
    throw executeSqlIsGone();
  },
});

/** @throws ValidationException, BadRequestException */
function check({ schema }: { readonly schema?: string }, parameters: readonly RdsData.SqlParameter[]): void {
  if (schema !== undefined) throw schemaNotSupported();
  if (parameters.some(({ value }) => value?.arrayValue !== undefined)) throw arrayParameters();
  for (const { name = "", value = {} } of parameters) {
    const fields = Object.keys(value).length;
    if (fields > 1) throw severalFieldsSet(name);
    // That null is said by true only, is inferred.
    if (fields === 0 || value.isNull === false) throw noFieldSet(name);
  }
}

function outputOf(
  answer: Answer,
  { resultSetOptions = {}, includeResultMetadata = false, formatRecordsAs }: RdsData.ExecuteStatementRequest,
): RdsData.ExecuteStatementResponse {
  const { result, updated } = answer;
  if (!result)
    return { numberOfRecordsUpdated: updated, generatedFields: generatedOf(answer, resultSetOptions) };
  if (formatRecordsAs === "JSON")
    return { numberOfRecordsUpdated: updated, formattedRecords: jsonRecords(result, resultSetOptions) };
  const { columns, rows } = result;
  return {
    numberOfRecordsUpdated: updated,
    records: rows.map((row) =>
      row.map((value, at) => fieldOf(value, columns[at]?.kind ?? "string", resultSetOptions)),
    ),
    ...(includeResultMetadata && { columnMetadata: columns.map(({ metadata = {} }) => metadata) }),
  };
}

const generatedOf = ({ generated }: Answer, options: RdsData.ResultSetOptions): RdsData.Field[] =>
  generated.map((id) => fieldOf(id, "long", options));

/** Labels stand in each row: a result may take more as JSON than it does otherwise. */
const MOST_JSON_BYTES = 10 * 1024 * 1024;

/** @throws UnsupportedResultException where JSON has no room for two columns of one name @throws BadRequestException */
function jsonRecords({ columns, rows }: Result, options: RdsData.ResultSetOptions): string {
  if (new Set(columns.map(({ label }) => label)).size < columns.length) throw sameLabels();
  const text = JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        columns.map(({ label, kind }, at) => [label, jsonOf(row[at] ?? null, kind, options)]),
      ),
    ),
  );
  if (Buffer.byteLength(text) > MOST_JSON_BYTES) throw jsonTooLarge();
  return text;
}
