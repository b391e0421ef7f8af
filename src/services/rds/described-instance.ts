import type { Context } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { type DbInstanceRecord, describeInstance } from "./db-instance.ts";
import { replicasOf } from "./read-replica.ts";
import type { Databases } from "./running/databases.ts";

/** An instance as an answer has it: one that is being made has no address yet. @param replicas the ARNs of those of it */
export function describeHere(
  instance: DbInstanceRecord,
  ctx: Context,
  databases: Databases,
  replicas: readonly string[] = replicasOf(instance.id, ctx, ctx.host),
): RDS.DBInstance {
  const { address, port } = databases.endpoint(ctx, instance);
  const endpoint = instance.state === "creating" ? undefined : { address, port };
  return describeInstance(instance, ctx, { store: ctx.store, nowMs: ctx.clock.now(), replicas, endpoint });
}
