import { twice } from "../../core/twice.ts";
/** Checks of what CreateTable, UpdateTable and the restores say about keys, indexes and throughput, in AWS's order. */
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { invalid, invalidParameter } from "./errors.ts";

export interface TableSchemaInput {
  readonly AttributeDefinitions?: DynamoDB.AttributeDefinitions;
  readonly KeySchema?: DynamoDB.KeySchema;
  readonly LocalSecondaryIndexes?: readonly DynamoDB.LocalSecondaryIndex[];
  readonly GlobalSecondaryIndexes?: readonly DynamoDB.GlobalSecondaryIndex[];
  readonly BillingMode?: string;
  readonly ProvisionedThroughput?: DynamoDB.ProvisionedThroughput;
}

const MOST_UNITS = 1_000_000_000_000;
const MOST_LOCAL_INDEXES = 5;
const MOST_GLOBAL_INDEXES = 20;
const MOST_PROJECTED_ATTRIBUTES = 100;
/** Attributes that a GSI's partition key, or its sort key, may be made of. */
const MOST_KEY_PARTS = 4;

/** @returns what every table has */
export function checkTableSchema(
  input: TableSchemaInput,
): Required<Pick<TableSchemaInput, "AttributeDefinitions" | "KeySchema">> {
  if (!input.AttributeDefinitions)
    throw invalid("The parameter 'AttributeDefinitions' is required but was not present in the request");
  checkKeyCount(input.KeySchema ?? [], "keySchema");
  input.LocalSecondaryIndexes?.forEach(({ KeySchema }, at) => {
    checkKeyCount(KeySchema, `localSecondaryIndexes.${at + 1}.member.keySchema`);
  });
  checkBilling(input);
  const definitions = input.AttributeDefinitions;
  const keySchema = input.KeySchema ?? [];
  if (keySchema.length === 0)
    throw invalidParameter("Some AttributeDefinitions are not used. AttributeDefinitions: [], keys used: []");
  checkDuplicateDefinitions(definitions);
  const names = definitions.map(({ AttributeName }) => AttributeName);
  const keys = keySchema.map(({ AttributeName }) => AttributeName);
  if (keys.length > names.length)
    throw invalid("Invalid KeySchema: Some index key attribute have no definition");
  checkDefined(keys, names);
  checkKeyOrder(keySchema);
  const locals = input.LocalSecondaryIndexes;
  const globals = input.GlobalSecondaryIndexes;
  if (!locals && !globals && keySchema.length !== definitions.length)
    throw invalidParameter(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    );
  const indexNames = new Set<string>();
  if (locals) checkLocalIndexes(locals, keySchema, names, indexNames);
  if (globals) checkGlobalIndexes(globals, names, indexNames, input.BillingMode);
  const used = new Set([
    ...keys,
    ...[...(locals ?? []), ...(globals ?? [])].flatMap(({ KeySchema }) =>
      KeySchema.map(({ AttributeName }) => AttributeName),
    ),
  ]);
  checkAllUsed(names, used);
  return { AttributeDefinitions: definitions, KeySchema: keySchema };
}

/** The model lets more through: global indexes' keys may have more parts. */
function checkKeyCount(schema: DynamoDB.KeySchema, path: string): void {
  if (schema.length <= 2) return;
  const texts = schema.map(
    ({ AttributeName, KeyType }) => `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
  );
  throw invalid(
    `1 validation error detected: Value '[${texts.join(", ")}]' at '${path}' failed to satisfy constraint: Member must have length less than or equal to 2`,
  );
}

function checkAllUsed(names: readonly string[], used: ReadonlySet<string>): void {
  if (names.some((name) => !used.has(name)))
    throw invalidParameter(
      `Some AttributeDefinitions are not used. AttributeDefinitions: [${names.join(", ")}], keys used: [${[...used].join(", ")}]`,
    );
}

function checkBilling({ BillingMode: mode, ProvisionedThroughput: throughput }: TableSchemaInput): void {
  if (mode === "PAY_PER_REQUEST") {
    if (throughput)
      throw invalidParameter(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    return;
  }
  if (!throughput?.ReadCapacityUnits || !throughput.WriteCapacityUnits)
    throw invalidParameter(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    );
  checkUnits(throughput);
}

export function checkUnits(throughput: DynamoDB.ProvisionedThroughput): void {
  for (const name of ["ReadCapacityUnits", "WriteCapacityUnits"] as const) {
    if (throughput[name] > MOST_UNITS)
      throw invalid(`Given value ${throughput[name]} for ${name} is out of bounds`);
  }
}

function checkDuplicateDefinitions(definitions: DynamoDB.AttributeDefinitions): void {
  const seen = new Set<string>();
  for (const { AttributeName: name } of definitions) {
    if (seen.has(name)) throw invalidParameter(`Duplicate AttributeName in AttributeDefinitions: ${name}`);
    seen.add(name);
  }
}

function checkDefined(keys: readonly string[], names: readonly string[]): void {
  if (keys.some((key) => !names.includes(key)))
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(", ")}], AttributeDefinitions: [${names.join(", ")}]`,
    );
}

function checkKeyOrder([hash, range]: DynamoDB.KeySchema): void {
  if (range && hash?.AttributeName === range.AttributeName)
    throw invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  if (hash?.KeyType !== "HASH")
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (range && range.KeyType !== "RANGE")
    throw invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
}

/** A GSI's key may have several parts of each kind: first all HASH, then all RANGE. */
function checkGlobalKeyOrder(schema: DynamoDB.KeySchema): void {
  const hashes = schema.filter(({ KeyType }) => KeyType === "HASH").length;
  const ranges = schema.length - hashes;
  if (hashes <= 1 && ranges <= 1) {
    checkKeyOrder(schema);
    return;
  }
  if (hashes === 0 || schema.slice(0, hashes).some(({ KeyType }) => KeyType !== "HASH"))
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (hashes > MOST_KEY_PARTS || ranges > MOST_KEY_PARTS)
    throw invalidParameter(
      `Number of ${hashes > MOST_KEY_PARTS ? "HASH" : "RANGE"} key attributes exceeds the limit of ${MOST_KEY_PARTS}`,
    );
  if (new Set(schema.map(({ AttributeName }) => AttributeName)).size < schema.length)
    throw invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
}

function checkLocalIndexes(
  indexes: readonly DynamoDB.LocalSecondaryIndex[],
  tableSchema: DynamoDB.KeySchema,
  names: readonly string[],
  indexNames: Set<string>,
): void {
  if (indexes.length === 0) throw invalidParameter("List of LocalSecondaryIndexes is empty");
  if (tableSchema.length !== 2)
    throw invalidParameter(
      "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    );
  const tableHash = tableSchema[0]?.AttributeName;
  for (const { IndexName: name, KeySchema: schema, Projection: projection } of indexes) {
    checkDefined(
      schema.map(({ AttributeName }) => AttributeName),
      names,
    );
    checkKeyOrder(schema);
    if (schema.length !== 2)
      throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`);
    const indexHash = schema[0]?.AttributeName;
    if (indexHash !== tableHash)
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${indexHash}, table hash key: ${tableHash}`,
      );
    checkProjection(projection);
    checkIndexName(name, indexNames);
  }
  if (indexes.length > MOST_LOCAL_INDEXES)
    throw invalidParameter(
      `Number of LocalSecondaryIndexes exceeds per-table limit of ${MOST_LOCAL_INDEXES}`,
    );
  checkProjectedAttributes(indexes);
}

export function checkGlobalIndexes(
  indexes: readonly DynamoDB.GlobalSecondaryIndex[],
  names: readonly string[],
  indexNames: Set<string>,
  billingMode: string | undefined,
): void {
  if (indexes.length === 0) throw invalidParameter("List of GlobalSecondaryIndexes is empty");
  for (const {
    IndexName: name,
    KeySchema: schema,
    Projection: projection,
    ProvisionedThroughput,
  } of indexes) {
    checkDefined(
      schema.map(({ AttributeName }) => AttributeName),
      names,
    );
    checkGlobalKeyOrder(schema);
    checkProjection(projection);
    if (billingMode === "PAY_PER_REQUEST" && ProvisionedThroughput)
      throw invalidParameter(
        `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
      );
    if (billingMode !== "PAY_PER_REQUEST" && !ProvisionedThroughput)
      throw invalidParameter(`ProvisionedThroughput must be specified for index: ${name}`);
    checkIndexName(name, indexNames);
  }
  if (indexes.length > MOST_GLOBAL_INDEXES)
    throw invalidParameter(
      `GlobalSecondaryIndex count exceeds the per-table limit of ${MOST_GLOBAL_INDEXES}`,
    );
  checkProjectedAttributes(indexes);
}

function checkIndexName(name: string, known: Set<string>): void {
  if (known.has(name)) throw invalidParameter(`Duplicate index name: ${name}`);
  known.add(name);
}

function checkProjection({ ProjectionType: type, NonKeyAttributes: attributes }: DynamoDB.Projection): void {
  if (type === undefined) throw invalidParameter("Unknown ProjectionType: null");
  if (attributes && type !== "INCLUDE")
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  if (type === "INCLUDE" && !attributes)
    throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is not specified`);
  const duplicate = attributes && twice(attributes);
  if (duplicate !== undefined)
    throw invalidParameter(`Duplicate attribute in NonKeyAttributes: ${duplicate}`);
}

function checkProjectedAttributes(indexes: readonly { Projection: DynamoDB.Projection }[]): void {
  const count = indexes.reduce((sum, { Projection }) => sum + (Projection.NonKeyAttributes?.length ?? 0), 0);
  if (count > MOST_PROJECTED_ATTRIBUTES)
    throw invalidParameter(
      `NonKeyAttributes for all secondary indexes exceeds the per-table limit of ${MOST_PROJECTED_ATTRIBUTES}`,
    );
}
