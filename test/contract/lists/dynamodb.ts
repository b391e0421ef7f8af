import { arn, byId, type Call, type ListCase } from "../lists.ts";

const table = (TableName: string) => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
});

const STREAMED = { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } };

const tableName = ({ TableName }: { TableName: string }) => TableName;

/** Seven and more items of one partition. */
const items = {
  size: "Limit",
  token: "ExclusiveStartKey",
  next: "LastEvaluatedKey",
  items: "Items",
  keyIsToken: true,
  prepare: (call: Call) =>
    call("CreateTable", {
      TableName: "items",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  add: (call: Call, name: string) =>
    call("PutItem", { TableName: "items", Item: { pk: { S: "p" }, sk: { S: name } } }),
  remove: (call: Call, name: string) =>
    call("DeleteItem", { TableName: "items", Key: { pk: { S: "p" }, sk: { S: name } } }),
  nameOf: ({ sk }: { sk: { S: string } }) => sk.S,
};

/** Exports have no names of their own. */
const namesByArn = new Map<string, string>();
const remembered = (add: (call: Call) => Promise<string>) => async (call: Call, name: string) =>
  namesByArn.set(await add(call), name);

export const lists: readonly ListCase[] = [
  {
    service: "dynamodb",
    operation: "ListTables",
    size: "Limit",
    token: "ExclusiveStartTableName",
    next: "LastEvaluatedTableName",
    items: "TableNames",
    keyIsToken: true,
    add: (call, name) => call("CreateTable", table(name)),
    remove: (call, TableName) => call("DeleteTable", { TableName }),
    nameOf: (name: string) => name,
  },
  {
    service: "dynamodb",
    operation: "ListTagsOfResource",
    input: (account) => ({ ResourceArn: arn("dynamodb", account, "table/tagged") }),
    token: "NextToken",
    next: "NextToken",
    items: "Tags",
    fixedSize: 10,
    prepare: (call) => call("CreateTable", table("tagged")),
    add: (call, Key) =>
      call("TagResource", {
        ResourceArn: arn("dynamodb", call.account, "table/tagged"),
        Tags: [{ Key, Value: "v" }],
      }),
    remove: (call, Key) =>
      call("UntagResource", {
        ResourceArn: arn("dynamodb", call.account, "table/tagged"),
        TagKeys: [Key],
      }),
    nameOf: ({ Key }: { Key: string }) => Key,
  },
  {
    service: "dynamodb",
    operation: "Query",
    input: () => ({
      TableName: "items",
      KeyConditionExpression: "pk = :p",
      ExpressionAttributeValues: { ":p": { S: "p" } },
    }),
    ...items,
  },
  { service: "dynamodb", operation: "Scan", input: () => ({ TableName: "items" }), ...items },
  {
    service: "dynamodb",
    operation: "ExecuteStatement",
    input: () => ({ Statement: `SELECT * FROM "items" WHERE pk = 'p'` }),
    ...items,
    keyIsToken: false,
    free: ["ConsistentRead", "ReturnConsumedCapacity", "ReturnValuesOnConditionCheckFailure"],
    token: "NextToken",
    next: "NextToken",
  },
  {
    service: "dynamodb",
    operation: "ListBackups",
    size: "Limit",
    token: "ExclusiveStartBackupArn",
    next: "LastEvaluatedBackupArn",
    items: "BackupSummaries",
    keyIsToken: true,
    prepare: (call) => call("CreateTable", table("one")),
    ...byId(
      async (call, BackupName) => {
        const { BackupDetails } = await call("CreateBackup", { TableName: "one", BackupName });
        return (BackupDetails as { BackupArn: string }).BackupArn;
      },
      (call, BackupArn) => call("DeleteBackup", { BackupArn }),
    ),
    nameOf: ({ BackupName }: { BackupName: string }) => BackupName,
  },
  {
    service: "dynamodb",
    operation: "ListContributorInsights",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "ContributorInsightsSummaries",
    async add(call, TableName) {
      await call("CreateTable", table(TableName));
      await call("UpdateContributorInsights", { TableName, ContributorInsightsAction: "ENABLE" });
    },
    remove: (call, TableName) => call("DeleteTable", { TableName }),
    nameOf: tableName,
  },
  {
    service: "dynamodb",
    operation: "ListExports",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "ExportSummaries",
    async prepare(call) {
      await call("CreateTable", table("one"));
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      await call("UpdateContinuousBackups", { TableName: "one", PointInTimeRecoverySpecification });
      await call("CreateBucket", { Bucket: `exports-${call.account}` }, "s3");
    },
    add: remembered(async (call) => {
      const TableArn = arn("dynamodb", call.account, "table/one");
      const output = await call("ExportTableToPointInTime", {
        TableArn,
        S3Bucket: `exports-${call.account}`,
      });
      return (output as { ExportDescription: { ExportArn: string } }).ExportDescription.ExportArn;
    }),
    nameOf: ({ ExportArn }: { ExportArn: string }) => namesByArn.get(ExportArn),
  },
  {
    service: "dynamodb",
    operation: "ListImports",
    size: "PageSize",
    token: "NextToken",
    next: "NextToken",
    items: "ImportSummaryList",
    prepare: (call) => call("CreateBucket", { Bucket: `imports-${call.account}` }, "s3"),
    add: (call, name) =>
      call("ImportTable", {
        S3BucketSource: { S3Bucket: `imports-${call.account}` },
        InputFormat: "DYNAMODB_JSON",
        TableCreationParameters: table(name),
      }),
    nameOf: ({ TableArn }: { TableArn: string }) => TableArn.split("/").at(-1),
  },
  {
    service: "dynamodb",
    operation: "ListGlobalTables",
    size: "Limit",
    token: "ExclusiveStartGlobalTableName",
    next: "LastEvaluatedGlobalTableName",
    items: "GlobalTables",
    keyIsToken: true,
    async add(call, GlobalTableName) {
      await call("CreateTable", { ...table(GlobalTableName), ...STREAMED });
      const ReplicaUpdates = [{ Create: { RegionName: "eu-west-1" } }];
      await call("UpdateTable", { TableName: GlobalTableName, ReplicaUpdates });
    },
    remove: (call, TableName) =>
      call("UpdateTable", { TableName, ReplicaUpdates: [{ Delete: { RegionName: "eu-west-1" } }] }),
    nameOf: ({ GlobalTableName }: { GlobalTableName: string }) => GlobalTableName,
  },
  {
    service: "dynamodbstreams",
    operation: "ListStreams",
    size: "Limit",
    token: "ExclusiveStartStreamArn",
    next: "LastEvaluatedStreamArn",
    items: "Streams",
    keyIsToken: true,
    add: (call, name) => call("CreateTable", { ...table(name), ...STREAMED }, "dynamodb"),
    nameOf: tableName,
  },
  {
    service: "dynamodbstreams",
    operation: "DescribeStream",
    settings: { dynamodb: { "stream-shards": 7 } },
    input: async (_account, call) => {
      const { Streams } = (await call("ListStreams")) as { Streams: [{ StreamArn: string }] };
      return { StreamArn: Streams[0].StreamArn };
    },
    size: "Limit",
    token: "ExclusiveStartShardId",
    next: "StreamDescription.LastEvaluatedShardId",
    items: "StreamDescription.Shards",
    keyIsToken: true,
    prepare: (call) => call("CreateTable", { ...table("one"), ...STREAMED }, "dynamodb"),
    nameOf: ({ ShardId }: { ShardId: string }) => ShardId,
  },
];
