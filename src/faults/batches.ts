/** A batch whose entries succeed or fail one by one, inside a 200. */
export interface Batch {
  /** Its entries, in the order of the request. */
  entries(input: Readonly<Record<string, unknown>>): unknown[];
  /** The same input with some of its entries only. */
  only(input: Readonly<Record<string, unknown>>, kept: readonly number[]): Record<string, unknown>;
  /** The answer in which some entries have failed. @param output of what was let through; empty when nothing was */
  failed(
    output: Readonly<Record<string, unknown>>,
    input: Readonly<Record<string, unknown>>,
    positions: readonly number[],
    error: EntryError,
  ): Record<string, unknown>;
}

/** What is said of an entry that failed. */
export interface EntryError {
  readonly code: string;
  readonly message: string;
}

type Records = Record<string, unknown>;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** SQS and SNS: what failed stands in `Failed`, by the entry's Id. */
const byId = (member: string): Batch => ({
  entries: (input) => list(input[member]),
  only: (input, kept) => ({ ...input, [member]: kept.map((at) => list(input[member])[at]) }),
  failed: (output, input, positions, { code, message }) => ({
    ...output,
    Successful: list(output["Successful"]),
    Failed: [
      ...list(output["Failed"]),
      ...positions.map((at) => ({
        Id: (list(input[member])[at] as Records)["Id"],
        Code: code,
        Message: message,
        SenderFault: false,
      })),
    ],
  }),
});

/** Kinesis, EventBridge, Firehose: one result an entry, in the entries' order, and a count. */
const inOrder = (
  member: string,
  results: string,
  count: string | undefined,
  shape: (error: EntryError) => Records,
): Batch => ({
  entries: (input) => list(input[member]),
  only: (input, kept) => ({ ...input, [member]: kept.map((at) => list(input[member])[at]) }),
  failed(output, input, positions, error) {
    const others = [...list(output[results])];
    return {
      ...output,
      [results]: list(input[member]).map((_, at) => (positions.includes(at) ? shape(error) : others.shift())),
      ...(count !== undefined && { [count]: Number(output[count] ?? 0) + positions.length }),
    };
  },
});

const coded = ({ code, message }: EntryError): Records => ({ ErrorCode: code, ErrorMessage: message });

/** DynamoDB's requests by table: what is left stands in a map of the same shape. Entries count through all tables. */
const byTable = (
  left: string,
  of: (table: unknown) => unknown[],
  within: (table: unknown, entries: unknown[]) => unknown,
): Batch => {
  const places = (input: Readonly<Records>) =>
    Object.entries((input["RequestItems"] ?? {}) as Records).flatMap(([name, table]) =>
      of(table).map((entry) => ({ name, table, entry })),
    );
  const some = (input: Readonly<Records>, positions: readonly number[]) => {
    const all = places(input);
    const tables: Records = {};
    for (const [name, table] of Object.entries((input["RequestItems"] ?? {}) as Records)) {
      const entries = positions.flatMap((at) => (all[at]?.name === name ? [all[at].entry] : []));
      if (entries.length > 0) tables[name] = within(table, entries);
    }
    return tables;
  };
  return {
    entries: (input) => places(input).map(({ entry }) => entry),
    only: (input, kept) => ({ ...input, RequestItems: some(input, kept) }),
    failed: (output, input, positions) => ({
      ...output,
      [left]: { ...((output[left] ?? {}) as Records), ...some(input, positions) },
    }),
  };
};

const objects = (input: Readonly<Records>) => list((input["Delete"] as Records | undefined)?.["Objects"]);

/** By service and operation. */
const BATCHES: Readonly<Record<string, Readonly<Record<string, Batch>>>> = {
  sqs: {
    SendMessageBatch: byId("Entries"),
    DeleteMessageBatch: byId("Entries"),
    ChangeMessageVisibilityBatch: byId("Entries"),
  },
  sns: { PublishBatch: byId("PublishBatchRequestEntries") },
  kinesis: { PutRecords: inOrder("Records", "Records", "FailedRecordCount", coded) },
  events: { PutEvents: inOrder("Entries", "Entries", "FailedEntryCount", coded) },
  firehose: { PutRecordBatch: inOrder("Records", "RequestResponses", "FailedPutCount", coded) },
  dynamodb: {
    BatchWriteItem: byTable("UnprocessedItems", list, (_, entries) => entries),
    BatchGetItem: byTable(
      "UnprocessedKeys",
      (table) => list((table as Records)["Keys"]),
      (table, Keys) => ({ ...(table as Records), Keys }),
    ),
    BatchExecuteStatement: inOrder("Statements", "Responses", undefined, ({ code, message }) => ({
      // DynamoDB names them otherwise in here: BatchStatementError.
      Error: { Code: code.replace(/Exception$/, ""), Message: message },
    })),
  },
  s3: {
    DeleteObjects: {
      entries: objects,
      only: (input, kept) => ({
        ...input,
        Delete: { ...(input["Delete"] as Records), Objects: kept.map((at) => objects(input)[at]) },
      }),
      failed: (output, input, positions, { code, message }) => ({
        ...output,
        Errors: [
          ...list(output["Errors"]),
          ...positions.map((at) => {
            const { Key, VersionId } = objects(input)[at] as Records;
            return { Key, ...(VersionId !== undefined && { VersionId }), Code: code, Message: message };
          }),
        ],
      }),
    },
  },
  secretsmanager: {
    BatchGetSecretValue: {
      entries: (input) => list(input["SecretIdList"]),
      only: (input, kept) => ({ ...input, SecretIdList: kept.map((at) => list(input["SecretIdList"])[at]) }),
      failed: (output, input, positions, { code, message }) => ({
        ...output,
        SecretValues: list(output["SecretValues"]),
        Errors: [
          ...list(output["Errors"]),
          ...positions.map((at) => ({
            SecretId: list(input["SecretIdList"])[at],
            ErrorCode: code,
            Message: message,
          })),
        ],
      }),
    },
  },
};

/** The batch that an operation is; undefined for one that succeeds or fails as a whole. */
export function batchOf(service: string, operation: string): Batch | undefined {
  const operations = Object.hasOwn(BATCHES, service) ? BATCHES[service] : undefined;
  return operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
}

/** Every batch that there is. */
export function batches(): { readonly service: string; readonly operation: string }[] {
  return Object.entries(BATCHES).flatMap(([service, operations]) =>
    Object.keys(operations).map((operation) => ({ service, operation })),
  );
}
