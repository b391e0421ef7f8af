/** Global tables (version 2019.11.21): replicas in other regions of the account, and the changes of a table's list of them. */

import { stateOf } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalid, invalidParameter } from "./errors.ts";
import { itemOf, textSize } from "./item-text.ts";
import { ItemWrite } from "./item-write.ts";
import { replicaLifecycle } from "./lifecycles.ts";
import type { Region } from "./region.ts";
import { closeStream, openStream } from "./stream-records.ts";
import { beginIn, newId } from "./table-creation.ts";
import type { Replica, Settling, TableRecord } from "./table-record.ts";

/** What is left to do when the changed record has been saved. */
export interface ReplicaChanges {
  carryOut(): void;
}

/** Changes the record's replicas; the caller saves it and then carries out the rest. */
export function updateReplicas(
  database: Database,
  region: Region,
  record: TableRecord,
  updates: DynamoDB.ReplicationGroupUpdateList,
): ReplicaChanges {
  const after: (() => void)[] = [];
  for (const { Create: create, Delete: remove, Update: update } of updates) {
    const asked = create ?? remove ?? update;
    if (!asked || [create, remove, update].filter(Boolean).length !== 1)
      throw invalidParameter(
        "Exactly one of ReplicationGroupUpdate.Create, ReplicationGroupUpdate.Update, ReplicationGroupUpdate.Delete must be specified",
      );
    const name = asked.RegionName;
    const target = database.region({ account: region.account, region: name });
    const replicas = record.replicas ?? [];
    const known = replicas.find((replica) => replica.region === name);
    if (create) {
      if (known || name === region.name || target.find(record.name))
        throw invalid(
          `Failed to create a the new replica of table with name: '${record.name}' because one or more replicas already existed as tables.`,
        );
      const settling = beginIn(region, replicaLifecycle, "CREATING", arnIn(target, record.name));
      if (!record.stream?.enabled) openStream(region, record, "NEW_AND_OLD_IMAGES");
      record.replicas = [
        ...replicas,
        {
          region: name,
          sinceMs: region.host.clock.now(),
          tableClass: create.TableClassOverride,
          kmsKey: create.KMSMasterKeyId,
          settling,
        },
      ];
      if (settling?.failure === undefined)
        after.push(() => addReplica(database, region, record.name, target, settling));
    } else {
      if (!known)
        throw invalidParameter(
          `Replica with the specified region '${name}' does not exist for table '${record.name}'`,
        );
      const arn = arnIn(target, record.name);
      if (remove) {
        const settling = beginIn(region, replicaLifecycle, "DELETING", arn);
        record.replicas = settling
          ? replicas.map((replica) => (replica === known ? { ...replica, settling } : replica))
          : replicas.filter((replica) => replica !== known);
        if (record.replicas.length === 0) delete record.replicas;
        after.push(() => removeReplica(database, region, record, target, settling));
      } else {
        const { TableClassOverride: tableClass, KMSMasterKeyId: kmsKey } = update ?? {};
        const settling = beginIn(region, replicaLifecycle, "UPDATING", arn);
        record.replicas = replicas.map((replica) =>
          replica === known
            ? {
                ...replica,
                tableClass: tableClass ?? replica.tableClass,
                kmsKey: kmsKey ?? replica.kmsKey,
                settling,
              }
            : replica,
        );
      }
    }
  }
  return { carryOut: () => after.forEach((step) => void step()) };
}

export const arnIn = (target: Region, tableName: string) =>
  makeArn("dynamodb", target.name, target.account, `table/${tableName}`);

/** The state of a replica as another one sees it. */
export const stateOfReplica = ({ host }: Region, { settling }: Replica): string =>
  stateOf(replicaLifecycle, settling, "ACTIVE", host);

/** Makes the table in another region, fills it, and tells all replicas of one another. */
function addReplica(
  database: Database,
  region: Region,
  tableName: string,
  target: Region,
  settling: Settling | undefined,
): void {
  const { record } = region.table(tableName);
  const nowMs = region.host.clock.now();
  const copy: TableRecord = {
    ...structuredClone(record),
    uuid: region.host.random.uuid(),
    id: newId(region),
    arn: arnIn(target, tableName),
    createdMs: nowMs,
    settling,
    locals: record.locals.map((index) => ({ ...index, id: newId(region) })),
    globals: record.globals.map((index) => ({ ...index, id: newId(region) })),
    stream: undefined,
    policies: undefined,
    tags: {},
  };
  openStream(target, copy, record.stream?.viewType ?? "NEW_AND_OLD_IMAGES");
  const table = target.save(copy);
  for (const text of region.items.range({ prefix: [record.id] })) {
    const item = itemOf(text);
    new ItemWrite(target, table, item, true, "the service").commit(item, textSize(text), {
      replicatedFrom: { region: region.name, atMs: nowMs },
    });
  }
  relink(database, region, record, [
    region.name,
    ...(record.replicas ?? []).map((replica) => replica.region),
  ]);
}

function removeReplica(
  database: Database,
  region: Region,
  record: TableRecord,
  target: Region,
  settling: Settling | undefined,
): void {
  const gone = target.find(record.name)?.record;
  // One that failed never was: what has its name may be somebody else's.
  if (gone?.replicas?.some((replica) => replica.region === region.name)) {
    closeStream(target, gone);
    if (settling) target.save({ ...gone, replicas: undefined, settling });
    else target.remove(gone);
  }
  relink(database, region, record, [
    region.name,
    ...(record.replicas ?? []).map((replica) => replica.region),
  ]);
}

/** Every replica lists all the others. */
export function relink(
  database: Database,
  region: Region,
  record: TableRecord,
  regions: readonly string[],
): void {
  const details = new Map((record.replicas ?? []).map((replica) => [replica.region, replica]));
  for (const name of regions) {
    const settling = details.get(name)?.settling;
    if (settling?.status === "DELETING" || settling?.failure !== undefined) continue;
    const here = database.region({ account: region.account, region: name });
    const table = here.find(record.name);
    if (!table) continue;
    const replicas = regions
      .filter((other) => other !== name)
      .map((other) => details.get(other) ?? { region: other, sinceMs: region.host.clock.now() });
    here.save({ ...table.record, replicas: replicas.length > 0 ? replicas : undefined });
  }
}
