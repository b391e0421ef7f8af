import type { Service, ServiceHost } from "../../core/service.ts";
import { account } from "./account.ts";
import { autoScaling } from "./auto-scaling.ts";
import { onDemandBackups } from "./backups.ts";
import { batchGetItem } from "./batch-get.ts";
import { batchWriteItem } from "./batch-write.ts";
import { Database } from "./database.ts";
import { deleteItem } from "./delete-item.ts";
import { errorProbabilityRules } from "./error-probability.ts";
import { expiredItemsRoute } from "./expired-items.ts";
import { exportJobs, tableExports } from "./exports.ts";
import { getItem } from "./get-item.ts";
import { globalTables } from "./global-tables.ts";
import { importJobs, tableImports } from "./imports.ts";
import { insights } from "./insights.ts";
import { kinesisDestinations, sendToKinesis } from "./kinesis.ts";
import { partiql } from "./partiql.ts";
import { policies } from "./policies.ts";
import { putItem } from "./put-item.ts";
import { query } from "./query.ts";
import { forgetPast, recovery, rememberPast } from "./recovery.ts";
import { forgetReplication, Replication } from "./replication.ts";
import { requestChecks } from "./request-checks.ts";
import { scan } from "./scan.ts";
import { recordChange } from "./stream-records.ts";
import { describeTable } from "./table-description.ts";
import type { TableRecord } from "./table-record.ts";
import { tableUpdate } from "./table-update.ts";
import { tables } from "./tables.ts";
import { tags } from "./tags.ts";
import { transactGetItems } from "./transact-get.ts";
import { transactWriteItems } from "./transact-write.ts";
import { Expirer, forgetExpiries, timeToLive } from "./ttl.ts";
import { updateItem } from "./update-item.ts";

/** Amazon DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ */
export function dynamodb(host: ServiceHost): Service {
  const database = new Database(host);
  const expirer = new Expirer(database);
  const replication = new Replication(database);
  const exports = exportJobs(database);
  const imports = importJobs(database);
  database.followers.push(
    recordChange,
    rememberPast,
    sendToKinesis,
    (region, change) => expirer.follow(region, change),
    (region, change) => replication.follow(region, change),
  );
  database.forgetters.push(forgetExpiries, forgetPast, forgetReplication);
  return {
    name: "dynamodb",
    operations: {
      ...tables(database),
      ...tableUpdate(database),
      ...tags(database),
      ...policies(database),
      ...timeToLive(database, expirer),
      ...putItem(database),
      ...getItem(database),
      ...updateItem(database),
      ...deleteItem(database),
      ...query(database),
      ...scan(database),
      ...batchGetItem(database),
      ...batchWriteItem(database),
      ...transactGetItems(database),
      ...transactWriteItems(database),
      ...partiql(database),
      ...onDemandBackups(database),
      ...recovery(database),
      ...globalTables(database),
      ...insights(database),
      ...kinesisDestinations(database),
      ...autoScaling(database),
      ...tableExports(exports, database),
      ...tableImports(imports, database),
      ...account,
    },
    validation: requestChecks,
    describe: {
      table: (record: TableRecord, where) => ({ ...describeTable(database.region(where), record) }),
      "global-table": (record: TableRecord, where) => ({ ...describeTable(database.region(where), record) }),
    },
    admin: [expiredItemsRoute(expirer)],
    start() {
      expirer.armAll();
      replication.start();
      exports.resume();
      imports.resume();
      errorProbabilityRules(host, database.settings);
    },
    stop() {
      exports.stop();
      imports.stop();
      expirer.stop();
      replication.stop();
      database.stop();
    },
  };
}
