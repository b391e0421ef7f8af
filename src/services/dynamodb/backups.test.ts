import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteBackupCommand,
  DeleteItemCommand,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  ListBackupsCommand,
  PutItemCommand,
  QueryCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const put = (TableName: string, p: string, n: number) =>
  it.client.send(new PutItemCommand({ TableName, Item: { p: { S: p }, n: { N: `${n}` } } }));
const content = async (TableName: string) =>
  Object.fromEntries(
    (await it.client.send(new ScanCommand({ TableName }))).Items!.map(({ p, n }) => [p!.S, Number(n!.N)]),
  );
const create = (TableName: string) =>
  it.client.send(
    new CreateTableCommand(
      tableInput(TableName, {
        hashOnly: true,
        AttributeDefinitions: [
          { AttributeName: "p", AttributeType: "S" },
          { AttributeName: "n", AttributeType: "N" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "by-n",
            KeySchema: [{ AttributeName: "n", KeyType: "HASH" }],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      }),
    ),
  );

describe("a backup", () => {
  before(() => create("source"));

  test("is listed, described, restored with its indexes, and deleted", async () => {
    await put("source", "a", 1);
    const { BackupDetails } = await it.client.send(
      new CreateBackupCommand({ TableName: "source", BackupName: "before" }),
    );
    const BackupArn = BackupDetails!.BackupArn!;
    await put("source", "a", 2);
    const { BackupSummaries } = await it.client.send(new ListBackupsCommand({ TableName: "source" }));
    assert.deepEqual(
      BackupSummaries!.map((backup) => backup.BackupArn),
      [BackupArn],
    );
    const { BackupDescription } = await it.client.send(new DescribeBackupCommand({ BackupArn }));
    assert.equal(BackupDescription!.SourceTableDetails!.ItemCount, 1);
    await it.client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: "restored" }));
    assert.deepEqual(await content("restored"), { a: 1 });
    const found = await it.client.send(
      new QueryCommand({
        TableName: "restored",
        IndexName: "by-n",
        KeyConditionExpression: "n = :n",
        ExpressionAttributeValues: { ":n": { N: "1" } },
      }),
    );
    assert.equal(found.Count, 1);
    const { Table } = await it.client.send(new DescribeTableCommand({ TableName: "restored" }));
    assert.equal(Table!.RestoreSummary!.SourceBackupArn, BackupArn);
    await it.client.send(new DeleteBackupCommand({ BackupArn }));
    await assert.rejects(it.client.send(new DescribeBackupCommand({ BackupArn })), {
      name: "BackupNotFoundException",
      message: `Backup not found: ${BackupArn}`,
    });
  });
});

test("point-in-time recovery brings a table back as it was at a moment", async () => {
  const SourceTableName = "recoverable";
  await create(SourceTableName);
  const restore = (TargetTableName: string, RestoreDateTime: Date) =>
    it.client.send(
      new RestoreTableToPointInTimeCommand({ SourceTableName, TargetTableName, RestoreDateTime }),
    );
  await assert.rejects(restore("none", new Date(it.cloud.clock.now())), {
    name: "PointInTimeRecoveryUnavailableException",
    message: "Point in time recovery is not enabled for table 'recoverable'",
  });
  await put(SourceTableName, "old", 1);
  await it.client.send(
    new UpdateContinuousBackupsCommand({
      TableName: SourceTableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  await put(SourceTableName, "a", 1);
  await put(SourceTableName, "b", 1);
  await it.cloud.clock.advance("PT5M");
  const moment = new Date(Math.floor(it.cloud.clock.now() / 1000) * 1000);
  await it.cloud.clock.advance("PT5M");
  await put(SourceTableName, "a", 2);
  await put(SourceTableName, "a", 3);
  await it.client.send(new DeleteItemCommand({ TableName: SourceTableName, Key: { p: { S: "b" } } }));
  await put(SourceTableName, "c", 1);
  await restore("then", moment);
  assert.deepEqual(await content("then"), { old: 1, a: 1, b: 1 });
  assert.deepEqual(await content(SourceTableName), { old: 1, a: 3, c: 1 });
  const described = await it.client.send(
    new DescribeContinuousBackupsCommand({ TableName: SourceTableName }),
  );
  const { PointInTimeRecoveryDescription } = described.ContinuousBackupsDescription!;
  assert.equal(PointInTimeRecoveryDescription!.RecoveryPeriodInDays, 35);
  await assert.rejects(restore("never", new Date(it.cloud.clock.now() - 3_600_000)), {
    name: "InvalidRestoreTimeException",
  });
});
