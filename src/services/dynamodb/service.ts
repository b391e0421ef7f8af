import type { Service, ServiceHost } from "../../core/service.ts";
import { Database } from "./database.ts";
import { deleteItem } from "./delete-item.ts";
import { getItem } from "./get-item.ts";
import { policies } from "./policies.ts";
import { putItem } from "./put-item.ts";
import { query } from "./query.ts";
import { scan } from "./scan.ts";
import { recordChange } from "./stream-records.ts";
import { tables } from "./tables.ts";
import { tags } from "./tags.ts";
import { Expirer, timeToLive } from "./ttl.ts";
import { updateItem } from "./update-item.ts";

/** Amazon DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/ */
export function dynamodb(host: ServiceHost): Service {
  const database = new Database(host);
  const expirer = new Expirer(database);
  database.followers.push(recordChange, (region, change) => expirer.follow(region, change));
  return {
    name: "dynamodb",
    operations: {
      ...tables(database),
      ...tags(database),
      ...policies(database),
      ...timeToLive(database, expirer),
      ...putItem(database),
      ...getItem(database),
      ...updateItem(database),
      ...deleteItem(database),
      ...query(database),
      ...scan(database),
    },
    start() {
      expirer.armAll();
    },
    stop() {
      expirer.stop();
      database.stop();
    },
  };
}
