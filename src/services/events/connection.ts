import type { Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Events from "../../models/generated/events.ts";
import { connectionNotFound } from "./errors.ts";
import type { Where } from "./event-bus.ts";

/** A connection as it is kept, by its name. What is secret of it is in Secrets Manager. */
export interface ConnectionRecord {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  readonly authorizationType: string;
  readonly secretArn: string;
  /** As DescribeConnection answers it. */
  readonly shown: Events.ConnectionAuthResponseParameters;
  readonly isDeauthorized?: boolean;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly authorizedAtMs: number;
  readonly transition?: Transition<"AUTHORIZING" | "UPDATING" | "DEAUTHORIZING"> | undefined;
}

export const connectionRecords = defineCollection<ConnectionRecord>({ name: "connections" });

export const connectionArn = ({ account, region }: Where, name: string, id: string) =>
  makeArn("events", region, account, `connection/${name}/${id}`);

/** @throws ResourceNotFoundException */
export function findConnection(name: string, ctx: Context): ConnectionRecord {
  const connection = ctx.store.collection(connectionRecords).get([name]);
  if (!connection) throw connectionNotFound(name);
  return connection;
}
