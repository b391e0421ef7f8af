import type { Service, ServiceHost } from "../../core/service.ts";
import { batchGetItem } from "./batch-get.ts";
import { batchWriteItem } from "./batch-write.ts";
import { Database } from "./database.ts";
import { deleteItem } from "./delete-item.ts";
import { faultPoints } from "./fault-points.ts";
import { getItem } from "./get-item.ts";
import { partiql } from "./partiql.ts";
import { policies } from "./policies.ts";
import { putItem } from "./put-item.ts";
import { query } from "./query.ts";
import { Replication } from "./replication.ts";
import { scan } from "./scan.ts";
import { recordChange } from "./stream-records.ts";
import { tableUpdate } from "./table-update.ts";
import { tables } from "./tables.ts";
import { tags } from "./tags.ts";
import { transactGetItems } from "./transact-get.ts";
import { transactWriteItems } from "./transact-write.ts";
import { Expirer, timeToLive } from "./ttl.ts";
import { updateItem } from "./update-item.ts";

/** Amazon DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ */
export function dynamodb(host: ServiceHost): Service {
  const database = new Database(host);
  const expirer = new Expirer(database);
  const replication = new Replication(database);
  database.followers.push(
    recordChange,
    (region, change) => expirer.follow(region, change),
    (region, change) => replication.follow(region, change),
  );
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
    },
    faultPoints,
    start() {
      expirer.armAll();
      replication.start();
    },
    stop() {
      expirer.stop();
      replication.stop();
      database.stop();
    },
  };
}
