import type { Place } from "../../aws/arn-template.ts";
import type { ConditionReader } from "../../aws/declaration.ts";
import type { ActionReader } from "../../aws/resource.ts";
import { makeArn } from "../../core/arn.ts";
import type { Wanted } from "../../core/service.ts";
import { readStatement, type StatementNames } from "./statement-names.ts";

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */

type Input = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Input => typeof value === "object" && value !== null;
const items = (value: unknown): readonly Input[] => (Array.isArray(value) ? value.filter(isMap) : []);

/** What each item of a transaction is, on its own table. */
function transactionOf(input: Input) {
  return items(input["TransactItems"]).flatMap((item) =>
    Object.entries(item).flatMap(([kind, part]) => {
      const action = kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`;
      return isMap(part) ? [{ action: `dynamodb:${action}`, input: part }] : [];
    }),
  );
}

/** `EXISTS` reads as a SELECT does. */
const ACTIONS = {
  SELECT: "dynamodb:PartiQLSelect",
  EXISTS: "dynamodb:PartiQLSelect",
  INSERT: "dynamodb:PartiQLInsert",
  UPDATE: "dynamodb:PartiQLUpdate",
  DELETE: "dynamodb:PartiQLDelete",
} as const satisfies Record<StatementNames["verb"], string>;

function statementsOf(input: Input) {
  const statements = [input, ...items(input["TransactStatements"])];
  return statements.flatMap(({ Statement: text }) => {
    const read = typeof text === "string" ? readStatement(text) : undefined;
    if (!read) return [];
    const names = { TableName: read.table, ...(read.index !== undefined && { IndexName: read.index }) };
    return [{ action: ACTIONS[read.verb], input: names }];
  });
}

/** What a statement of a batch is: each is allowed or refused by itself. */
export function wantedByStatement(text: string, { account, region }: Place): Wanted[] {
  const read = readStatement(text);
  if (!read) return [];
  const { table, index } = read;
  const arn = table.startsWith("arn:") ? table : makeArn("dynamodb", region, account, `table/${table}`);
  return [
    {
      action: ACTIONS[read.verb],
      resources: [index === undefined ? arn : `${arn}/index/${index}`],
      input: { TableName: table },
    },
  ];
}

export const actions: Readonly<Record<string, ActionReader>> = {
  TransactWriteItems: transactionOf,
  TransactGetItems: transactionOf,
  ExecuteStatement: statementsOf,
  BatchExecuteStatement: () => [],
  ExecuteTransaction: statementsOf,
};

/** An index's policy is its table's. A stream has its own. */
export const withTable = (arn: string): readonly string[] => [arn.replace(/\/index\/.*$/, "")];

const texts = (value: unknown): string[] | undefined => (typeof value === "string" ? [value] : undefined);

interface Keyed {
  readonly keySchema?: readonly { readonly AttributeName?: string; readonly KeyType?: string }[];
}

/** Values of the partition key that a call names: `dynamodb:LeadingKeys`. */
const leadingKeys: ConditionReader = (input, _, record) => {
  const schema = (record as Keyed | undefined)?.keySchema;
  const name = schema?.find(({ KeyType }) => KeyType === "HASH")?.AttributeName;
  if (name === undefined) return undefined;
  const requests = isMap(input["RequestItems"]) ? Object.values(input["RequestItems"]) : [];
  const keyed: unknown[] = requests.flatMap((request): unknown[] =>
    Array.isArray(request)
      ? items(request).flatMap((one) => [
          fieldOf(one["PutRequest"], "Item"),
          fieldOf(one["DeleteRequest"], "Key"),
        ])
      : [...items(fieldOf(request, "Keys"))],
  );
  const found = [input["Key"], input["Item"], ...keyed].flatMap((item) => scalar(fieldOf(item, name)));
  return [...found, ...conditionValues(input, name)];
};

const fieldOf = (value: unknown, name: string): unknown => (isMap(value) ? value[name] : undefined);

/** `{ S: "ann" }` → `ann` */
function scalar(value: unknown): string[] {
  if (!isMap(value)) return [];
  const [inner] = Object.values(value);
  if (inner instanceof Uint8Array) return [Buffer.from(inner).toString("base64")];
  return typeof inner === "string" ? [inner] : [];
}

const LONGEST_EXPRESSION = 4096;

/** What a Query's key condition says that the partition key is. */
function conditionValues(input: Input, name: string): string[] {
  const legacy = fieldOf(fieldOf(input["KeyConditions"], name), "AttributeValueList");
  const expression = input["KeyConditionExpression"];
  if (typeof expression !== "string") return items(legacy).flatMap(scalar);
  // A longer one is refused: DynamoDB takes expressions of 4 KB.
  if (expression.length > LONGEST_EXPRESSION) return [];
  const names = input["ExpressionAttributeNames"];
  for (const [, left = "", right = ""] of expression.matchAll(/(#?[\w.-]+)\s*=\s*(:\w+)/g)) {
    if (left === name || fieldOf(names, left) === name)
      return scalar(fieldOf(input["ExpressionAttributeValues"], right));
  }
  return [];
}

export const conditionKeys: Readonly<Record<string, ConditionReader>> = {
  "dynamodb:LeadingKeys": leadingKeys,
  "dynamodb:Attributes": "AttributesToGet[]",
  "dynamodb:Select": ({ Select }) => texts(Select),
  "dynamodb:ReturnValues": ({ ReturnValues }) => texts(ReturnValues),
  "dynamodb:ReturnConsumedCapacity": ({ ReturnConsumedCapacity }) => texts(ReturnConsumedCapacity),
};
