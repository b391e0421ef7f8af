/**
 * What AWS answered to the letter, a row each. Sources:
 * [captures] https://github.com/paritysuite/dynamodb-conformance, captures and registry of September and October 2026, us-east-1 and eu-west-2;
 * [suite] the assertions of the same suite, verified on AWS; [alternator] ScyllaDB's Alternator tests, verified on AWS.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fixture, tableInput, wireCall } from "./fixture.test.ts";

const it = await fixture();

/** A call in its wire form: what SDKs would not send goes out as well. */
async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  // A large error says that it is compressed, and is not: DynamoDB's own fault.
  const response = await wireCall(it, operation, input, { "accept-encoding": "identity" });
  return (await response.json()) as Record<string, unknown>;
}

const TableName = "_recorded";
const key = (name: string, type = "HASH") => ({ AttributeName: name, KeyType: type });
const attribute = (name: string, type = "S") => ({ AttributeName: name, AttributeType: type });
const index = (IndexName: string, KeySchema: object[]) => ({
  IndexName,
  KeySchema,
  Projection: { ProjectionType: "ALL" },
});
await call("CreateTable", {
  ...tableInput(TableName, { hashOnly: true }),
  AttributeDefinitions: [attribute("p"), attribute("g")],
  GlobalSecondaryIndexes: [
    index("later", [key("g")]),
    index("earlier", [key("g")]),
    { ...index("keys", [key("g")]), Projection: { ProjectionType: "KEYS_ONLY" } },
  ],
});

const table = (change: object) => ({
  TableName: "made",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [attribute("p")],
  KeySchema: [key("p")],
  ...change,
});
const item = { p: { S: "a" } };
const at = (path: string, value: string, must: string) =>
  `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: Member must ${must}`;
const PATTERN = "satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
const EMPTY = "One or more parameter values are not valid.";
const EMPTY_STRING = "The AttributeValue for a key attribute cannot contain an empty string value.";
const LONG = "a".repeat(256);
const UPDATE = { UpdateExpression: "SET x = :x", ExpressionAttributeValues: { ":x": { S: "1" } } };
const query = (change: object) => ({
  TableName,
  KeyConditionExpression: "p = :p",
  ExpressionAttributeValues: { ":p": { S: "a" } },
  ...change,
});
const update = (expression: string, values: object = {}) => ({
  TableName,
  Key: item,
  UpdateExpression: expression,
  ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
});
const condition = (expression: string, values: object = {}) => ({
  TableName,
  Item: item,
  ConditionExpression: expression,
  ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
});
const one = { ":one": { N: "1" } };
const list = { ":l": { L: [] } };

const ARN = `arn:aws:dynamodb:us-east-1:${it.account}:table/${TableName}`;
const NULL = { ComparisonOperator: "NULL" };
const EQ = { ComparisonOperator: "EQ", AttributeValueList: [{ S: "x" }] };
const statement = (Statement: string, message: string | RegExp) =>
  ["ExecuteStatement", { Statement }, message] as const;
const texts = (count: number) => Array.from({ length: count }, (_, n) => `'${n}'`).join();

/** Operation, input, message of the ValidationException. */
const refused: readonly (readonly [string, object, string | RegExp])[] = [
  // Table names, by every operation and before anything is looked up. [captures, suite]
  ["PutItem", { Item: item }, at("tableName", "null", "not be null")],
  [
    "PutItem",
    { TableName: "", Item: item, ReturnValues: "X" },
    at("TableName", "", "have length greater than or equal to 1").replace("Value  at", "Value at"),
  ],
  [
    "PutItem",
    { TableName: LONG, Item: item },
    at("tableName", `'${LONG}'`, "have length less than or equal to 255"),
  ],
  ["PutItem", { TableName: "bad table!@#", Item: item }, at("tableName", "'bad table!@#'", PATTERN)],
  [
    "CreateTable",
    table({ TableName: "ab" }),
    at("tableName", "'ab'", "have length greater than or equal to 3"),
  ],
  [
    "CreateTable",
    table({ TableName: undefined }),
    "The parameter 'TableName' is required but was not present in the request",
  ],
  ["DescribeTable", { TableName: "n!n" }, at("tableName", "'n!n'", PATTERN)],
  ["DeleteTable", {}, "The parameter 'TableName' is required but was not present in the request"],
  [
    "DescribeTimeToLive",
    { TableName: "ab" },
    at("tableName", "'ab'", "have length greater than or equal to 3"),
  ],
  [
    "TransactGetItems",
    { TransactItems: [{ Get: { TableName: "a b", Key: item } }] },
    at("transactItems.1.member.get.tableName", "'a b'", PATTERN),
  ],
  [
    "BatchGetItem",
    { RequestItems: { "a!b": { Keys: [item] } } },
    /'requestItems' .* Map keys must satisfy constraint: \[.*Member must satisfy regular expression pattern/,
  ],
  ["BatchGetItem", { RequestItems: {} }, "The requestItems parameter is required for BatchGetItem"],
  ["BatchWriteItem", { RequestItems: {} }, "The requestItems parameter is required for BatchWriteItem"],
  [
    "BatchGetItem",
    {
      RequestItems: { [TableName]: { Keys: Array.from({ length: 101 }, (_, n) => ({ p: { S: `${n}` } })) } },
    },
    `1 validation error detected: Value at 'RequestItems.${TableName}.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100`,
  ],
  [
    "BatchWriteItem",
    {
      RequestItems: {
        [TableName]: Array.from({ length: 26 }, (_, n) => ({ PutRequest: { Item: { p: { S: `${n}` } } } })),
      },
    },
    /^1 validation error detected: Value '\{_recorded=\[WriteRequest\(putRequest=PutRequest\(item=\{p=AttributeValue\(s=0, n=null.*\]\}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/,
  ],
  // Enumerations in AWS's order. [captures, suite]
  [
    "CreateTable",
    table({ AttributeDefinitions: [attribute("p", "Q")] }),
    at("attributeDefinitions.1.member.attributeType", "'Q'", "satisfy enum value set: [B, N, S]"),
  ],
  [
    "Query",
    query({ Select: "X" }),
    at(
      "select",
      "'X'",
      "satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
    ),
  ],
  [
    "PutItem",
    {
      TableName,
      Item: item,
      ReturnValues: "X",
      ReturnConsumedCapacity: "X",
      ReturnItemCollectionMetrics: "X",
    },
    "3 validation errors detected: Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]; Value 'X' at 'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value set: [SIZE, NONE]",
  ],
  [
    "UpdateItem",
    { TableName, Key: item, ReturnValues: "X", ReturnConsumedCapacity: "X" },
    "1 validation error detected: Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]",
  ],
  // Limit, as each operation spells it. [suite]
  [
    "Query",
    query({ Limit: 0 }),
    "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  ["Scan", { TableName, Limit: 0 }, at("limit", "'0'", "have value greater than or equal to 1")],
  // Schemas. [captures, suite, alternator]
  [
    "CreateTable",
    table({
      AttributeDefinitions: [attribute("p"), attribute("s"), attribute("t")],
      KeySchema: [key("p"), key("s", "RANGE"), key("t", "RANGE")],
    }),
    at(
      "keySchema",
      "'[KeySchemaElement(attributeName=p, keyType=HASH), KeySchemaElement(attributeName=s, keyType=RANGE), KeySchemaElement(attributeName=t, keyType=RANGE)]'",
      "have length less than or equal to 2",
    ),
  ],
  ["CreateTable", table({ AttributeDefinitions: [attribute("p"), attribute("p", "N")] }), /Duplicate.*p$/],
  ["CreateTable", table({ AttributeDefinitions: undefined }), /AttributeDefinitions/],
  [
    "CreateTable",
    table({
      AttributeDefinitions: [attribute("p"), attribute("g")],
      GlobalSecondaryIndexes: [
        {
          ...index("twice", [key("g")]),
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a", "a"] },
        },
      ],
    }),
    /Duplicate.*a$/,
  ],
  [
    "UpdateTable",
    {
      TableName,
      AttributeDefinitions: [attribute("x")],
      GlobalSecondaryIndexUpdates: [{ Create: index("new", [key("x")]), Delete: { IndexName: "later" } }],
    },
    /Only one of GlobalSecondaryIndexUpdate/,
  ],
  [
    "UpdateTable",
    { TableName, GlobalSecondaryIndexUpdates: [{ Create: index("new", [key("g")]) }] },
    "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [g], AttributeDefinitions: []",
  ],
  [
    "UpdateTable",
    {
      TableName,
      AttributeDefinitions: [attribute("g", "N")],
      GlobalSecondaryIndexUpdates: [{ Create: index("new", [key("g")]) }],
    },
    "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{g:S:HASH}] New schema: Schema:[SchemaElement: key{g:N:HASH}]",
  ],
  // Keys that are empty; transactions are refused for them outright. [captures, suite]
  ["GetItem", { TableName, Key: { p: { S: "" } } }, `${EMPTY} ${EMPTY_STRING} Key: p`],
  ["DeleteItem", { TableName, Key: { p: { S: "" } } }, `${EMPTY} ${EMPTY_STRING} Key: p`],
  [
    "TransactWriteItems",
    { TransactItems: [{ Put: { TableName, Item: { p: { S: "" } } } }] },
    `${EMPTY} ${EMPTY_STRING} Key: p`,
  ],
  [
    "TransactWriteItems",
    { TransactItems: [{ Update: { TableName, Key: { p: { S: "" } }, ...UPDATE } }] },
    `${EMPTY} ${EMPTY_STRING} Key: p`,
  ],
  [
    "TransactWriteItems",
    { TransactItems: [{ Delete: { TableName, Key: { p: { S: "" } } } }] },
    `${EMPTY} ${EMPTY_STRING} Key: p`,
  ],
  [
    "TransactGetItems",
    { TransactItems: [{ Get: { TableName, Key: { p: { S: "" } } } }] },
    `${EMPTY} ${EMPTY_STRING} Key: p`,
  ],
  [
    "TransactWriteItems",
    { TransactItems: [{ Put: { TableName, Item: { ...item, g: { S: "" } } } }] },
    `${EMPTY} A value specified for a secondary index key is not supported. ${EMPTY_STRING} IndexName: earlier, IndexKey: g`,
  ],
  [
    "TransactWriteItems",
    {
      TransactItems: [
        {
          Update: {
            TableName,
            Key: item,
            UpdateExpression: "SET g = :g",
            ExpressionAttributeValues: { ":g": { S: "" } },
          },
        },
      ],
    },
    `${EMPTY} The update expression attempted to update a secondary index key to a value that is not supported. ${EMPTY_STRING}`,
  ],
  // Names begin with a letter. [alternator]
  [
    "UpdateItem",
    update("SET _123 = :one", one),
    'Invalid UpdateExpression: Syntax error; token: "_", near: "SET _123"',
  ],
  [
    "PutItem",
    condition("attribute_exists(_a)"),
    'Invalid ConditionExpression: Syntax error; token: "_", near: "(_a"',
  ],
  // Functions in functions. [alternator]
  [
    "UpdateItem",
    update("SET a = list_append(list_append(:l, :l), :l)", list),
    "Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: list_append",
  ],
  [
    "UpdateItem",
    update("SET a = if_not_exists(a, :one + :one)", one),
    /^Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: /,
  ],
  // List indexes. [alternator]
  [
    "UpdateItem",
    update("REMOVE a[2147483648]"),
    "Invalid UpdateExpression: List index is not within the allowable range; index: [2147483648]",
  ],
  [
    "GetItem",
    { TableName, Key: item, ProjectionExpression: "a[4294967295]" },
    "Invalid ProjectionExpression: List index is not within the allowable range; index: [4294967295]",
  ],
  // Keys are scalars, in all projections.
  [
    "GetItem",
    { TableName, Key: item, ProjectionExpression: "p.x" },
    /^Key attributes must be scalars; .* Key: p$/,
  ],
  [
    "BatchGetItem",
    { RequestItems: { [TableName]: { Keys: [item], ProjectionExpression: "p[0]" } } },
    /^Key attributes must be scalars/,
  ],
  [
    "TransactGetItems",
    { TransactItems: [{ Get: { TableName, Key: item, ProjectionExpression: "g.x" } }] },
    /^Key attributes must be scalars; .* IndexKey: g$/,
  ],
  // Names of attributes have at least one character, in every place that names one.
  ["PutItem", { TableName, Item: { ...item, "": { S: "x" } } }, /attribute name may not be empty/],
  [
    "PutItem",
    { TableName, Item: { ...item, m: { M: { "": { S: "x" } } } } },
    /attribute name may not be empty/,
  ],
  [
    "UpdateItem",
    { TableName, Key: item, AttributeUpdates: { "": { Value: { S: "x" } } } },
    /attribute name may not be empty/,
  ],
  ["GetItem", { TableName, Key: item, AttributesToGet: [""] }, /attribute name may not be empty/],
  ["Scan", { TableName, ScanFilter: { "": NULL } }, /attribute name may not be empty/], // Inferred, as the next ones.
  ["Query", { TableName, KeyConditions: { "": NULL } }, /attribute name may not be empty/],
  [
    "Query",
    { TableName, KeyConditions: { p: EQ }, QueryFilter: { "": NULL } },
    /attribute name may not be empty/,
  ],
  ["PutItem", { TableName, Item: item, Expected: { "": NULL } }, /attribute name may not be empty/],
  [
    "UpdateItem",
    { TableName, Key: item, Expected: { "": { Exists: false } } },
    /attribute name may not be empty/,
  ],
  [
    "DeleteItem",
    { TableName, Key: item, Expected: { "": { Exists: false } } },
    /attribute name may not be empty/,
  ],
  [
    "GetItem",
    { TableName, Key: item, ProjectionExpression: "#a", ExpressionAttributeNames: { "#a": "" } },
    /attribute name may not be empty/,
  ],
  // Tags. [alternator]
  [
    "TagResource",
    { ResourceArn: "I_do_not_exist", Tags: [{ Key: "a", Value: "b" }] },
    "ARNs must start with 'arn:': I_do_not_exist",
  ],
  ["TagResource", { ResourceArn: ARN, Tags: [] }, "Atleast one Tag needs to be provided as Input."],
  ["UntagResource", { ResourceArn: ARN, TagKeys: [] }, "Atleast one Tag Key needs to be provided as Input."],
  [
    "TagResource",
    { ResourceArn: ARN, Tags: [{ Key: "ok", Value: "#!%" }] },
    /at 'tags.1.member.value' .* regular expression pattern/,
  ],
  [
    "UntagResource",
    { ResourceArn: ARN, TagKeys: ["x".repeat(129)] },
    /at 'tagKeys' .* length less than or equal to 128/,
  ],
  // ARNs as table names.
  [
    "GetItem",
    { TableName: "arn:aws:s3:::bucket", Key: item },
    /Invalid ResourceArn provided as input arn:aws:s3:::bucket$/,
  ],
  // PartiQL. [suite]
  statement(
    `DELETE FROM "${TableName}" WHERE p = 'x' RETURNING MODIFIED OLD *`,
    "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements.",
  ),
  statement(
    `DELETE FROM "${TableName}" WHERE p = 'x' RETURNING ALL NEW *`,
    "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in DELETE statements.",
  ),
  [
    "ExecuteTransaction",
    {
      TransactStatements: [
        { Statement: `UPDATE "${TableName}" SET a = 'v' WHERE p = 'x' RETURNING ALL NEW *` },
      ],
    },
    "Validation failed in TransactStatements[0]: RETURNING clause is not supported in ExecuteTransaction.",
  ],
  [
    "ExecuteTransaction",
    { TransactStatements: [{ Statement: `SELECT * FROM "${TableName}"."later" WHERE g = 'x'` }] },
    "Validation failed in TransactStatements[0]: Reads on indices are not supported within transactions.",
  ],
  statement(
    `SELECT p FROM "${TableName}"."keys" WHERE g = 'x' AND n = 'y'`,
    "One or more parameter values were invalid: Secondary index keys does not project one or more filter attributes: [n]",
  ),
  statement(
    `SELECT n FROM "${TableName}"."keys" WHERE g = 'x'`,
    "One or more parameter values were invalid: Global secondary index keys does not project [n]",
  ),
  statement(
    `SELECT * FROM "${TableName}"."none" WHERE g = 'x'`,
    "The table does not have the specified index",
  ),
  statement(
    `SELECT * FROM "${TableName}"."later"."x" WHERE g = 'x'`,
    "A path may contain at most 2 components in the FROM clause",
  ),
  statement(`SELECT * FROM "${TableName}"."" WHERE g = 'x'`, "Path component cannot be an empty string"),
  statement(`SELECT * FROM "" WHERE g = 'x'`, "Path component cannot be an empty string"),
  [
    "ExecuteStatement",
    { Statement: `SELECT * FROM "${TableName}"."later" WHERE g = 'x'`, ConsistentRead: true },
    "Strongly consistent read is not supported on Global Secondary Indexes",
  ],
  statement(
    `SELECT p FROM "${TableName}" WHERE p = 'x' AND v < true`,
    "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
  ),
  statement(
    `SELECT p FROM "${TableName}" WHERE p = 'x' AND v BETWEEN true AND false`,
    /operator or function: BETWEEN, operand type: BOOL/,
  ),
  // IN: 50 values of the partition key, 100 of others (developer guide, ql-operators).
  statement(
    `SELECT p FROM "${TableName}" WHERE p IN [${texts(51)}]`,
    /too many operands; number of operands: 51$/,
  ),
  statement(
    `SELECT p FROM "${TableName}" WHERE p = 'x' AND v IN [${texts(101)}]`,
    /too many operands; number of operands: 101$/,
  ),
];

for (const [operation, input, message] of refused) {
  test(`${operation} refuses: ${String(message).slice(0, 150)}`, async () => {
    const answer = await call(operation, input);
    assert.match(String(answer["__type"]), /#ValidationException$/, JSON.stringify(answer));
    if (typeof message === "string") assert.equal(answer["message"], message);
    else assert.match(String(answer["message"]), message);
  });
}

/** Taken by AWS. */
const taken: readonly (readonly [string, object])[] = [
  // Operands in parentheses, wherever an operand stands. [alternator]
  ["PutItem", condition("(p) <> (:one)", one)],
  ["PutItem", condition("attribute_not_exists((zz)) AND NOT contains((p), (:one))", one)],
  ["PutItem", condition("NOT ((p) BETWEEN (:one) AND (:one))", one)],
  ["PutItem", condition("NOT ((p) IN ((:one), :one))", one)],
  ["PutItem", condition("(size(p)) >= :one", one)],
  ["PutItem", condition("(attribute_not_exists(zz)) AND (attribute_not_exists(zzz))")],
  ["UpdateItem", update("SET a = list_append(if_not_exists(a, :l), :l)", list)],
  ["UpdateItem", update("SET b = if_not_exists(b, if_not_exists(c, :one))", one)],
  ["UpdateItem", update("SET c = (:one + :one)", one)],
  ["UpdateItem", update("REMOVE a[2147483647]")],
  ["UpdateItem", { ...update("SET #1 = :one", one), ExpressionAttributeNames: { "#1": "_1" } }],
  ["ExecuteStatement", { Statement: `SELECT p FROM "${TableName}" WHERE p IN [${texts(50)}]` }],
  ["ExecuteStatement", { Statement: `SELECT p FROM "${TableName}" WHERE p = 'x' AND v IN [${texts(100)}]` }],
  // What NE says of an attribute that is not there is true. [alternator]
  [
    "PutItem",
    {
      TableName,
      Item: item,
      Expected: { zz: { ComparisonOperator: "NE", AttributeValueList: [{ S: "x" }] } },
    },
  ],
  // A null that says false is kept as null. [suite: captured on 8 June 2026]
  ["PutItem", { TableName, Item: { p: { S: "null" }, n: { NULL: false } } }],
];

for (const [operation, input] of taken) {
  test(`${operation} takes ${JSON.stringify(Object.values(input)).slice(0, 120)}`, async () => {
    const answer = await call(operation, input);
    assert.equal(answer["__type"], undefined, JSON.stringify(answer));
  });
}

test("of several items that do not fit a table, a transaction names the first", async () => {
  const put = (p: object) => ({ Put: { TableName, Item: { p } } });
  const answer = await call("TransactWriteItems", {
    TransactItems: [put({ S: "ok" }), put({ N: "1" }), put({ N: "2" })],
  });
  assert.deepEqual(answer["CancellationReasons"], [
    { Code: "None" },
    {
      Code: "ValidationError",
      Message: "One or more parameter values were invalid: Type mismatch for key p expected: S actual: N",
    },
    { Code: "None" },
  ]);
});

test("a transaction's token knows its request again, whatever the order of its keys", async () => {
  const token = { ClientRequestToken: "same-request" };
  const put = (Item: object) => ({ ...token, TransactItems: [{ Put: { TableName, Item } }] });
  await call("TransactWriteItems", put({ p: { S: "t" }, a: { S: "1" }, b: { S: "2" } }));
  const again = await call("TransactWriteItems", put({ b: { S: "2" }, a: { S: "1" }, p: { S: "t" } }));
  assert.equal(again["__type"], undefined);
  const other = await call("TransactWriteItems", put({ p: { S: "t" }, a: { S: "2" } }));
  assert.match(String(other["__type"]), /#IdempotentParameterMismatchException$/);
});

test("of an attribute that is not there, NOT_CONTAINS holds no more than CONTAINS", async () => {
  const Expected = { zz: { ComparisonOperator: "NOT_CONTAINS", AttributeValueList: [{ S: "x" }] } };
  const answer = await call("PutItem", { TableName, Item: item, Expected });
  assert.match(String(answer["__type"]), /#ConditionalCheckFailedException$/);
});

test("another account's table is refused unless its policy names callers", async () => {
  const foreign = `arn:aws:dynamodb:us-east-1:210987654321:table/${TableName}`;
  for (const operation of ["GetItem", "DescribeTable"]) {
    const answer = await call(operation, {
      TableName: foreign,
      ...(operation === "GetItem" && { Key: item }),
    });
    assert.match(String(answer["__type"]), /#AccessDeniedException$/);
    assert.equal(
      answer["message"] ?? answer["Message"],
      `User: arn:aws:iam::${it.account}:root is not authorized to perform: dynamodb:${operation} on resource: ${foreign} because no resource-based policy allows the dynamodb:${operation} action`,
    );
  }
});

test("a batch that reads asks for projections in one way", async () => {
  const answer = await call("BatchGetItem", {
    RequestItems: {
      [TableName]: { Keys: [item], ProjectionExpression: "p" },
      other: { Keys: [item], AttributesToGet: ["p"] },
    },
  });
  assert.match(String(answer["message"]), /^Can not use both expression and non-expression parameters/);
});

test("what operations on tables answer has the members that AWS's answers have", async () => {
  const name = { TableName: "members" };
  const created = await call("CreateTable", {
    ...name,
    AttributeDefinitions: [attribute("p"), attribute("g")],
    KeySchema: [key("p")],
    GlobalSecondaryIndexes: [
      {
        ...index("by-g", [key("g")]),
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      },
    ],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  });
  const members = ({ TableDescription: description }: Record<string, unknown>) =>
    Object.keys(description as object).sort();
  // LocalStack's recordings of October 2025 (test_dynamodb_stream_stream_view_type), and an index.
  assert.deepEqual(members(created), [
    "AttributeDefinitions",
    "CreationDateTime",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "ItemCount",
    "KeySchema",
    "ProvisionedThroughput",
    "TableArn",
    "TableId",
    "TableName",
    "TableSizeBytes",
    "TableStatus",
  ]);
  const changed = await call("UpdateTable", {
    ...name,
    ProvisionedThroughput: { ReadCapacityUnits: 9, WriteCapacityUnits: 5 },
  });
  const { TableStatus, ProvisionedThroughput, WarmThroughput } = changed["TableDescription"] as Record<
    string,
    Record<string, unknown>
  >;
  assert.deepEqual([TableStatus, ProvisionedThroughput!["ReadCapacityUnits"]], ["UPDATING", 5]);
  assert.equal(WarmThroughput!["WriteUnitsPerSecond"], 5);
  const described = (await call("DescribeTable", name))["Table"] as Record<string, Record<string, unknown>>;
  assert.equal(described["ProvisionedThroughput"]!["ReadCapacityUnits"], 9);
  assert.equal(described["WarmThroughput"]!["ReadUnitsPerSecond"], 9);
  // [alternator] test_delete_table_description
  assert.deepEqual(members(await call("DeleteTable", name)), [
    "DeletionProtectionEnabled",
    "ItemCount",
    "ProvisionedThroughput",
    "TableArn",
    "TableId",
    "TableName",
    "TableSizeBytes",
    "TableStatus",
  ]);
});

test("a new index leaves out items whose values are too long for its key", async () => {
  const name = { TableName: "too-long" };
  await call("CreateTable", table(name));
  for (const length of [2048, 2049])
    await call("PutItem", { ...name, Item: { p: { S: `${length}` }, x: { S: "x".repeat(length) } } });
  await call("UpdateTable", {
    ...name,
    AttributeDefinitions: [attribute("x")],
    GlobalSecondaryIndexUpdates: [{ Create: index("by-x", [key("x")]) }],
  });
  const found = await call("Scan", { ...name, IndexName: "by-x", ProjectionExpression: "p" });
  assert.deepEqual(found["Items"], [{ p: { S: "2048" } }]);
});

test("a transaction of statements that write has nothing to tell", async () => {
  const Statement = `INSERT INTO "${TableName}" VALUE {'p': 'inserted'}`;
  assert.deepEqual(await call("ExecuteTransaction", { TransactStatements: [{ Statement }] }), {
    Responses: [],
  });
});
