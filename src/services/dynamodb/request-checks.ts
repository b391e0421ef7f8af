/** Where DynamoDB checks requests otherwise than its model says: table names, the order of enumerations, words of its own. */
import type { AwsError } from "../../core/aws-error.ts";
import type { ValidationOptions } from "../../core/validation-options.ts";
import { invalid } from "./errors.ts";

/** Operations on a table; the others name it for its items or settings. */
const TABLE_OPERATIONS = new Set(["CreateTable", "DeleteTable", "DescribeTable", "UpdateTable"]);
const ITEM_OPERATIONS = new Set(["DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"]);
const BATCH_OPERATIONS = new Set(["BatchGetItem", "BatchWriteItem"]);
const MOST_BATCH_KEYS = 100;

const RETURN_VALUES = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"];
/** So it stands in AWS's answers since 2026, its `UPDATE_NEW` included; the values that are taken are the model's. */
const WRONG_RETURN_VALUES =
  "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html#TaggingRestrictions */
const TAG_CHARACTERS = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";

type Input = Readonly<Record<string, unknown>>;

/**
 * Seen in answers of us-east-1, eu-west-2 and 29 other regions, September and October 2026:
 * https://github.com/paritysuite/dynamodb-conformance (captures, registry/splits.json).
 */
export const requestChecks: ValidationOptions = {
  shapes: {
    // The model lets ARNs through, which are longer; names have the rules that they always had.
    TableArn: { min: 3, max: 255, pattern: "[a-zA-Z0-9_.-]+", exempt: /^arn:/ },
    ScalarAttributeType: { enum: ["B", "N", "S"] },
    Select: { enum: ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"] },
    ReturnValue: { enum: RETURN_VALUES, complaint: WRONG_RETURN_VALUES },
    TagKeyString: { pattern: TAG_CHARACTERS },
    TagValueString: { pattern: TAG_CHARACTERS },
    ConditionalOperator: { enum: ["OR", "AND"] },
    ProjectionType: { enum: ["ALL", "INCLUDE", "KEYS_ONLY"] },
    AttributeAction: { enum: ["ADD", "PUT", "DELETE"] },
    ComparisonOperator: {
      enum: [
        "IN",
        "NULL",
        "BETWEEN",
        "LT",
        "NOT_CONTAINS",
        "EQ",
        "GT",
        "NOT_NULL",
        "NE",
        "LE",
        "BEGINS_WITH",
        "GE",
        "CONTAINS",
      ],
    },
  },
  firstMembers: ["ReturnConsumedCapacity", "ReturnValues", "ReturnItemCollectionMetrics"],
  namesStructures: true,
  before(operation, input) {
    const { TableName: table } = input;
    if (table === undefined && TABLE_OPERATIONS.has(operation))
      return invalid("The parameter 'TableName' is required but was not present in the request");
    if (table === "" && ITEM_OPERATIONS.has(operation))
      return broken("TableName", "have length greater than or equal to 1");
    if (BATCH_OPERATIONS.has(operation)) return wrongBatch(operation, input["RequestItems"]);
    if (operation === "Query" && typeof input["Limit"] === "number" && input["Limit"] < 1)
      return broken("Limit", "have value greater than or equal to 1");
    if (operation === "UpdateItem" && isWrong(input["ReturnValues"]))
      return invalid(`1 validation error detected: ${WRONG_RETURN_VALUES}`);
    return undefined;
  },
};

/** The newer checks name a member as it is spelled and leave its value out. */
const broken = (member: string, must: string) =>
  invalid(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${must}`,
  );

const isWrong = (value: unknown) => typeof value === "string" && !RETURN_VALUES.includes(value);

function wrongBatch(operation: string, requests: unknown): AwsError | undefined {
  if (typeof requests !== "object" || requests === null) return undefined;
  const tables = Object.entries(requests as Record<string, Input>);
  if (tables.length === 0) return invalid(`The requestItems parameter is required for ${operation}`);
  for (const [table, request] of tables) {
    const keys = request?.["Keys"];
    if (Array.isArray(keys) && keys.length > MOST_BATCH_KEYS)
      return broken(
        `RequestItems.${table}.member.Keys`,
        `have length less than or equal to ${MOST_BATCH_KEYS}`,
      );
  }
  return undefined;
}
