import { declareService } from "../../aws/declaration.ts";
import { defineEncryption } from "../../aws/encryption.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { withoutWords } from "../../aws/request-sizes.ts";
import { defineContents, defineResource } from "../../aws/resource.ts";
import { definePolicies } from "../../aws/resource-policy.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { readJson } from "../../core/read-json.ts";
import { defineCollection } from "../../core/storage.ts";
import { actions, conditionKeys, withTable } from "./authorization.ts";
import { refusalOfKms } from "./errors.ts";
import { faultPoints } from "./fault-points.ts";
import { itemJson } from "./item-json.ts";
import * as lifecycles from "./lifecycles.ts";
import { settings } from "./settings.ts";
import { namesInStatement } from "./statement-names.ts";
import type { TableRecord } from "./table-record.ts";

/** By [name]. */
export const tableRecords = defineCollection<TableRecord>({ name: "tables" });

/** Items as texts, by the table's id and the item's key. */
export const items = defineCollection<string>({ name: "items", codec: "text" });

const tags = taggedByArn<TableRecord>({
  of: (table) => table.tags,
  members: ["ResourceArn", "Tags", "TagKeys"],
  form: "list",
});

const TABLE = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}";

/** Members that name tables, in batches, transactions and PartiQL statements, too. */
const NAMED_BY = {
  TableName: true,
  SourceTableName: "TableName",
  TargetTableName: "TableName",
  GlobalTableName: "TableName",
  TableArn: true,
  SourceTableArn: true,
  ResourceArn: true,
  "TableCreationParameters.TableName": true,
  "RequestItems{}": "TableName",
  "TransactItems[].*.TableName": true,
  Statement: (text: string) => namesInStatement(text),
  "Statements[].Statement": (text: string) => namesInStatement(text),
  "TransactStatements[].Statement": (text: string) => namesInStatement(text),
} as const;

/** Amazon DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ */
export default declareService({
  name: "dynamodb",
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html: 16 MB
  requests: { mostBytes: 16 * 1024 * 1024, refusal: withoutWords },
  settings,
  faultPoints: Object.assign({}, faultPoints, ...Object.values(lifecycles).map(lifecyclePoint)),
  resources: {
    table: defineResource<TableRecord>({
      arn: TABLE,
      namedBy: NAMED_BY,
      fis: "aws:dynamodb:table",
      cfn: "AWS::DynamoDB::Table",
      collection: tableRecords,
      contents: [
        defineContents<TableRecord, string>({
          collection: items,
          within: ({ id }) => [id],
          entry: (text, key) => ({ id: key.slice(2).join("/"), value: readJson(itemJson(text)) }),
        }),
      ],
      tags,
      encryption: defineEncryption<TableRecord>({
        key: ({ sse }) => sse?.KMSMasterKeyArn,
        uses: {
          GetItem: "opens",
          PutItem: "opens",
          UpdateItem: "opens",
          DeleteItem: "opens",
          Query: "opens",
          Scan: "opens",
          BatchGetItem: "opens",
          BatchWriteItem: "opens",
          TransactGetItems: "opens",
          TransactWriteItems: "opens",
          ExecuteStatement: "opens",
          BatchExecuteStatement: "opens",
          ExecuteTransaction: "opens",
          ExportTableToPointInTime: "opens",
        },
        gives: {
          CreateTable: "SSESpecification.KMSMasterKeyId",
          UpdateTable: "SSESpecification.KMSMasterKeyId",
          RestoreTableFromBackup: "SSESpecificationOverride.KMSMasterKeyId",
          RestoreTableToPointInTime: "SSESpecificationOverride.KMSMasterKeyId",
        },
        context: (arn) => ({
          "aws:dynamodb:tableName": arn.replace(/^.*:table\//, ""),
          "aws:dynamodb:subscriberId": arn.split(":")[4] ?? "",
        }),
        as: "caller",
        refusal: refusalOfKms,
      }),
      actions,
    }),
    index: defineResource({
      arn: "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}/index/{IndexName}",
      namedBy: { ...NAMED_BY, TableName: "TableName", IndexName: true },
      insteadOf: "table",
    }),
    /** A table that has replicas in other regions. */
    "global-table": defineResource<TableRecord>({
      arn: TABLE,
      namedBy: { TableName: true },
      fis: "aws:dynamodb:global-table",
      cfn: "AWS::DynamoDB::GlobalTable",
      collection: tableRecords,
      nameOf: ({ name, replicas }) => (replicas ? name : undefined),
      tags,
    }),
  },
  /** Of tables and of their streams. */
  policies: [
    definePolicies<TableRecord>({
      collection: tableRecords,
      policiesOf: ({ policies = {} }) =>
        Object.fromEntries(Object.entries(policies).map(([arn, { text }]) => [arn, text])),
    }),
  ],
  iam: {
    policiesOn: withTable,
    conditionKeys,
    also: {
      CreateTable: [
        { action: "dynamodb:TagResource", when: "Tags" },
        { action: "dynamodb:PutResourcePolicy", when: "ResourcePolicy" },
      ],
    },
  },
  startsWith: { variables: /^(?:LOCALSTACK_)?DYNAMODB_(?:READ_|WRITE_)?ERROR_PROBABILITY$/ },
});
